"""The pure heart: triage, match, decide, render. No file, no network, no clock."""
