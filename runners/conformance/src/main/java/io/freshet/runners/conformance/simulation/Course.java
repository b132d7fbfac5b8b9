package io.freshet.runners.conformance.simulation;

import java.util.List;
import java.util.Map;

/**
 * What a schedule came to. Known to all class loaders.
 *
 * @param steps points at which another actor might have gone on
 * @param millis virtual time that it took
 * @param restMillis virtual time from the last fault to the end
 * @param faults how often each kind was injected
 * @param violations of the laws; none if all is well
 * @param trace who did which step when; empty if it was not asked for
 */
public record Course(
    long seed,
    long steps,
    long millis,
    long restMillis,
    Map<String, Integer> faults,
    List<String> violations,
    List<String> trace) {}
