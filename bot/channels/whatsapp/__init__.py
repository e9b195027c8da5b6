"""WhatsApp through Meta's Cloud API: a business number that people write to."""
