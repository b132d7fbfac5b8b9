/**
 * The pipeline from a table of user interactions to a collection of user vectors: options and
 * graph.
 */
package io.freshet.uservectors;
