// What the playground's own scripts import: React, templates for it, and the renderer of Slack's blocks.
import htm from "htm";
import { createElement } from "react";

export const html = htm.bind(createElement);
export { memo, useEffect, useMemo, useRef, useState } from "react";
export { createRoot } from "react-dom/client";
export { Message as SlackBlocks } from "slack-blocks-to-jsx";
