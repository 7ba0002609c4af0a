import { deliveryMigration, deliverySumMigration } from './deliveries.ts'
import { hostEventMigration } from './hostevents.ts'
import { nameMigration } from './series/index.ts'

/**
 * The formats of the database, in order: the first makes an empty one, each further one changes what the one before
 * left. Never edited once released; `user_version` counts how many have run.
 */
export const migrations: readonly string[] = [
  `CREATE TABLE record (
     kind TEXT NOT NULL,
     key TEXT NOT NULL,
     value TEXT NOT NULL,
     sum TEXT NOT NULL,
     PRIMARY KEY (kind, key)
   ) WITHOUT ROWID;
   CREATE TABLE event (
     seq INTEGER PRIMARY KEY,
     at_ms INTEGER NOT NULL,
     kind TEXT NOT NULL,
     service TEXT,
     value TEXT NOT NULL
   );
   CREATE INDEX event_service ON event (service, seq);
   CREATE INDEX event_kind ON event (kind, seq);
   CREATE INDEX event_time ON event (at_ms);`,
  `CREATE TABLE revision (
     revision INTEGER PRIMARY KEY,
     at_ms INTEGER NOT NULL,
     value TEXT NOT NULL,
     texts TEXT NOT NULL,
     sum TEXT NOT NULL
   );`,
  `CREATE TABLE metric_subject (
     id INTEGER PRIMARY KEY,
     kind TEXT NOT NULL,
     name TEXT NOT NULL,
     UNIQUE (kind, name)
   );
   CREATE TABLE metric_key (
     id INTEGER PRIMARY KEY,
     metric TEXT NOT NULL,
     labels TEXT NOT NULL,
     UNIQUE (metric, labels)
   );
   CREATE TABLE metric_block (
     level INTEGER NOT NULL,
     from_ms INTEGER NOT NULL,
     until_ms INTEGER NOT NULL,
     bytes INTEGER NOT NULL,
     times BLOB,
     PRIMARY KEY (level, from_ms)
   ) WITHOUT ROWID;
   CREATE TABLE metric_chunk (
     level INTEGER NOT NULL,
     from_ms INTEGER NOT NULL,
     subject INTEGER NOT NULL,
     data BLOB NOT NULL,
     PRIMARY KEY (level, from_ms, subject)
   ) WITHOUT ROWID;
   CREATE TABLE metric_tail (id INTEGER PRIMARY KEY, data BLOB NOT NULL);`,
  deliveryMigration,
  `ALTER TABLE event ADD COLUMN correlation TEXT;
   CREATE INDEX event_correlation ON event (correlation, seq) WHERE correlation IS NOT NULL;`,
  hostEventMigration,
  deliverySumMigration,
  nameMigration,
]
