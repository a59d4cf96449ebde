"""From a folder of exports to a mapping: what is there, what it means, what is not sure (``docs/onboarding.md``).

:func:`ingest.onboarding.survey.survey` reads a folder; :func:`ingest.onboarding.proposal.propose` turns what was found
into a mapping.
"""
