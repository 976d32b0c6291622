"""python -m casefiles.jobs is the worker."""

from casefiles.jobs import main

main()
