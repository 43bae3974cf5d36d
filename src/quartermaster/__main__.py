"""``python -m quartermaster``."""

from quartermaster.config.main import main

main()
