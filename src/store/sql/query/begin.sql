-- Start a turn. IMMEDIATE: whoever cannot write finds out here, before anything was decided.
BEGIN IMMEDIATE
