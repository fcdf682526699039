"""The kinds of rule: one file each, found through the same entry points as a third party's."""
