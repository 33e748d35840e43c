"""The command line: `faqbot` and its commands."""
