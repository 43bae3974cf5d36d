"""What is derived for searching is destroyed with its record."""

from quartermaster.records import destroying, texts

destroying.register(texts.purge)
