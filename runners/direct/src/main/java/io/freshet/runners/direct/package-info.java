/** Freshet on Beam's DirectRunner: one process, for local work. */
package io.freshet.runners.direct;
