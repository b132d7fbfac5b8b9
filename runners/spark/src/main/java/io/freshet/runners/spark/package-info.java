/**
 * Freshet on Beam's Spark runner: what only Spark needs. Progress is the ledger's; nothing here
 * trusts a checkpoint.
 */
package io.freshet.runners.spark;
