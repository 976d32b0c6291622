"""The WSGI application: create_app(Config.from_environment()), nothing else."""

from casefiles import create_app
from casefiles.config import Config

app = create_app(Config.from_environment())
