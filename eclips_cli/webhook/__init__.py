"""Webhook deliveries on this machine: signing, checking, receiving and forwarding them."""
