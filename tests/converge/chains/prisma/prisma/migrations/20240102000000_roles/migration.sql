BEGIN;
CREATE TYPE "Role_new" AS ENUM ('USER', 'OWNER');
ALTER TABLE "User" ALTER COLUMN "roles" DROP DEFAULT;
ALTER TABLE "User" ALTER COLUMN "roles" TYPE "Role_new"[] USING ("roles"::text::"Role_new"[]);
ALTER TYPE "Role" RENAME TO "Role_old";
ALTER TYPE "Role_new" RENAME TO "Role";
DROP TYPE "Role_old";
COMMIT;
WITH chosen AS (SELECT "id" FROM "Team" WHERE "name" = 'first'),
moved AS (UPDATE "User" SET "teamId" = chosen."id" FROM chosen RETURNING "User"."id")
INSERT INTO "Team" ("name") SELECT 'moved ' || moved."id" FROM moved;
