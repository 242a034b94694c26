"""Composes the other layers: assets, checks, schedules, sensors, resources, the tintinh command and the demo. Thin."""
