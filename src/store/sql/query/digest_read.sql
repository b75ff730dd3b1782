-- Whether this week was already told to this manager.
SELECT state FROM digest WHERE manager_id = :person_id AND week_monday = :week_monday
