-- What bench/postgres.sh asks: up to 50 appearances with their score, best first. $1 names, $2 forenames and $3 surnames that
-- the asker knows, $4 and $5 first and last day of the birth, $6 postcodes.
PREPARE ask(text[], text[], text[], date, date, text[]) AS
WITH q AS (SELECT * FROM unnest($1, $2, $3) AS q (name, forenames, surname)),
found AS (
	SELECT p.*, q.name AS asked FROM q JOIN people p
	    ON p.dob_first = $4 AND p.dob_last = $5 AND similarity(p.surname, q.surname) >= 0.3
	UNION
	SELECT p.*, q.name FROM q JOIN people p
	    ON p.postcode = ANY ($6) AND similarity(p.forenames, q.forenames) >= 0.3
	UNION
	SELECT p.*, q.name FROM q JOIN people p
	    ON p.name % q.name AND ($4 IS NULL OR p.dob_first IS NULL OR
	    (p.dob_first <= $5 + 731 AND p.dob_last >= $4 - 731))
)
SELECT system, record_id, person_id, max(similarity(name, asked)
    + CASE WHEN $4 IS NULL OR dob_first IS NULL THEN 0.3
	WHEN dob_first = $4 AND dob_last = $5 THEN 1
	WHEN dob_first <= $5 AND dob_last >= $4 THEN 0.6 ELSE 0 END
    + CASE WHEN postcode = ANY ($6) THEN 1 WHEN postcode IS NULL OR cardinality($6) = 0 THEN 0.3 ELSE 0 END) AS score
FROM found
GROUP BY system, record_id, person_id
ORDER BY score DESC, system, record_id, person_id
LIMIT 50;
