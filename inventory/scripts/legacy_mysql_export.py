"""The survey module still lives in MySQL. Marks its rows as exported and makes the table for the answers."""
import os

import pymysql

CONFIG = {
    "host": os.environ.get("SURVEY_HOST", "survey-db.example.com"),
    "user": "exporter",
    "password": os.environ.get("SURVEY_PASSWORD", "made-up-Plum-19"),
    "database": "survey",
    "charset": "utf8mb4",
}

CREATE = """
CREATE TABLE IF NOT EXISTS `survey_answers` (
    `id` BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    `survey_id` INT NOT NULL,
    `answer` ENUM('yes', 'no', 'maybe') NOT NULL DEFAULT 'maybe',
    PRIMARY KEY (`id`),
    KEY `idx_answers_survey` (`survey_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4
"""


def main():
    connection = pymysql.connect(**CONFIG)
    try:
        with connection.cursor() as cursor:
            cursor.execute(CREATE)
            cursor.execute("ALTER TABLE `surveys` ADD COLUMN `exported_at` DATETIME NULL AFTER `title`")
            cursor.execute("UPDATE `surveys` SET `exported_at` = NOW() WHERE `exported_at` IS NULL LIMIT 500")
            cursor.execute(
                "INSERT INTO `export_log` (`name`, `rows`) VALUES (%s, %s) ON DUPLICATE KEY UPDATE `rows` = VALUES(`rows`)",
                ("surveys", cursor.rowcount),
            )
        connection.commit()
    finally:
        connection.close()


if __name__ == "__main__":
    main()
