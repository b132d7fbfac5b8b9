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
  HISTORY_LOST,

  // Those that follow come in a focus only: there they meet what they are about.

  /** There are two coordinators, and each sleeps where the other may overtake it. */
  TWO_COORDINATORS,
  /** A process is killed when it has sent a request, which arrives as late as any. */
  DIES_SENDING,
  /** The process that is about to write a batch sleeps for long. */
  FROZEN_WRITER,
  /** The process that has claimed what another is about to write is killed. */
  CLAIMER_DIES,
  /** For a while nobody comes to the end of reading a slice. */
  READER_FAILS,
  /** No bundle of more than one change comes to its end, ever: its memory does not suffice. */
  BUNDLE_TOO_LARGE,
  /** A listing takes longer than slices do, and has neither what came nor what went meanwhile. */
  SLOW_LISTING,
  /** A worker is killed after it has recorded outcomes, and the runner runs its bundle again. */
  LOST_EXECUTOR,
  /** Now and then a single file cannot be read. */
  READ_ERROR,
  /** A driver that starts again elsewhere is killed before it has cleared up. */
  DIES_RESTARTING,
  /** An owner that mends the collection sleeps between two rows, and another takes the ledger. */
  MENDER_SLEEPS,
  /** The wall clock of the driver's machine is set forth, on which no worker is. */
  DRIVERS_CLOCK_FORTH,
  /** A writer sleeps for longer than its lease while it sends. */
  SLEEPS_SENDING,
  /** A worker is killed while it writes a claim, of an attempt of long ago. */
  DIES_CLAIMING,
  /** Milvus refuses a good row for a moment, and takes all others. */
  MILVUS_ONE_ROW,
  /** Milvus refuses all, takes all, refuses all for moments, whenever something is written. */
  MILVUS_FLICKERS,
  /** Readers have little memory, and each driver's readers have another amount of it. */
  SLICE_TOO_BIG
}
