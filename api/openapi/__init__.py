"""The OpenAPI document: what the serializers and filters declare, in words that a plugin's developer can follow."""
