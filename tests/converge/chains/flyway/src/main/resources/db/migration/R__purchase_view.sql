CREATE OR REPLACE VIEW purchase_view AS
WITH totals AS (SELECT customer_id, sum(total) AS total, count(*) AS n FROM purchase GROUP BY customer_id)
SELECT c.id, c.mail, t.total, t.n, CASE WHEN t.n > 10 THEN 'often' ELSE 'seldom' END
FROM customer c LEFT JOIN totals t ON t.customer_id = c.id;
