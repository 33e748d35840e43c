// The shapes that `make contract` holds the bot's payloads against: Slack's own types, by name.
import type { HomeView, KnownBlock } from "@slack/types";
import type {
  AssistantThreadsSetSuggestedPromptsArguments,
  ChatPostEphemeralArguments,
  ChatPostMessageArguments,
  ViewsPublishArguments,
} from "@slack/web-api";
import type { Manifest } from "@slack/web-api/dist/types/request/manifest.js";

export type Blocks = KnownBlock[];
export type Home = HomeView;
export type Post = ChatPostMessageArguments;
export type Whisper = ChatPostEphemeralArguments;
export type Publish = ViewsPublishArguments;
export type Prompts = AssistantThreadsSetSuggestedPromptsArguments;
export type AppFile = Manifest;
