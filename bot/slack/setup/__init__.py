"""What is set up on Slack's side: the app manifest, and what the doctor looks at."""
