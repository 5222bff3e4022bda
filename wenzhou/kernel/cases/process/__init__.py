"""Processes (流程): BPMN 2.0 files read, judged, run on SpiffWorkflow and drawn. Pure Python, no database."""
