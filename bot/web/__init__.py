"""Public HTTP: the application shell, health, metrics, static files."""
