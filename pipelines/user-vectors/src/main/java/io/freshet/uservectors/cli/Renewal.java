package io.freshet.uservectors.cli;

/**
 * That the graph is to be made anew in this process.
 *
 * @param why for people
 * @param runnerToo whether what the runner keeps open between two graphs is to be opened anew
 */
record Renewal(String why, boolean runnerToo) {}
