DROP INDEX post_score;
