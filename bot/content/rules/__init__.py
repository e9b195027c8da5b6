"""What content must keep to beyond its form, one file for each subject."""
