-- Who reports to this one, in the order of report_reports.
SELECT person_id FROM person WHERE manager_id = :person_id AND employed = 1 ORDER BY name, person_id
