-- Several questions of one view: taking and leaving the file's lock for each costs more than asking.
BEGIN
