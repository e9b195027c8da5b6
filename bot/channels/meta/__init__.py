"""What WhatsApp, Messenger and Instagram share: the webhook's door, calls to the Graph API, its errors.

No channel of its own: nothing here knows what a message looks like.
"""
