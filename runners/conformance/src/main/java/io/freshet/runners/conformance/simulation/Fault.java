package io.freshet.runners.conformance.simulation;

/** What can go wrong. Each schedule draws a few of them: together all would hide each other. */
enum Fault {
  /** A thread sleeps between two steps. */
  STALL,
  /** A process sleeps. */
  FREEZE,
  /** A worker's process is killed; one on a cluster may leave others that write for its claims. */
  KILL_WORKER,
  /** The driver's process is killed, and another started. */
  KILL_DRIVER,
  /** A second driver is started while the first one lives. */
  RIVAL_DRIVER,
  /** A restarted driver has other options. */
  OTHER_OPTIONS,
  /** A coordinator forgets all that it remembers, or there are two. */
  FORGETFUL_COORDINATOR,
  /** The runner's queue loses an attempt, or hands it out twice. */
  QUEUE,
  /** The runner runs a bundle again, after its first run. */
  BUNDLE_AGAIN,
  /** The file system fails: an exception. */
  STORAGE_EXCEPTION,
  /** The file system fails: Hadoop's error. */
  STORAGE_ERROR,
  /** Files can be created and take no bytes. */
  DISK_FULL,
  /** What came or went while the folder was listed is in the listing, or not. */
  LATE_LISTING,
  /** The table cannot be read. */
  READ_FAILURE,
  /** The clocks of two machines differ. */
  CLOCKS_DIFFER,
  /** A wall clock is set back. */
  CLOCK_BACK,
  /** A wall clock is set forth. */
  CLOCK_FORTH,
  /** A wall clock stands still. */
  CLOCK_STOPS,
  /** Processes do not see each other. */
  HIDDEN_PROCESSES,
  /** Milvus is away. */
  MILVUS_AWAY,
  /** Requests take long. */
  MILVUS_SLOW,
  /** A request is carried out twice. */
  MILVUS_TWICE,
  /** A connection breaks; what was sent may still be carried out. */
  MILVUS_BREAKS,
  /** Milvus answers never. */
  MILVUS_SILENT,
  /** Milvus says once that there is no such collection. */
  MILVUS_SAYS_LOST,
  /** Milvus answers with codes that may mean anything. */
  MILVUS_UNCLEAR,
  /** Milvus says that the data is at fault, which it is not. */
  MILVUS_SAYS_DATA,
  /** Milvus acknowledges fewer rows than it was given. */
  MILVUS_SHORT,
  /** Only one kind of request fails: deletes or upserts or queries. */
  MILVUS_ONE_KIND,
  /** Another collection stands under the name for a while. */
  COLLECTION_SWAPPED,
  /** The collection is dropped, and everything is written again. */
  COLLECTION_DROPPED,
  /** A restarted driver has to compare the collection with the table, and mends it. */
  HISTORY_LOST
}
