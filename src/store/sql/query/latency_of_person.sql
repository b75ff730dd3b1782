-- How long a person took of late, by kind of question.
SELECT kind, recent FROM latency WHERE person_id = :person_id ORDER BY kind
