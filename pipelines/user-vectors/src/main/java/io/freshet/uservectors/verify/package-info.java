/** Compares a collection with its table, key by key, and mends what differs. */
package io.freshet.uservectors.verify;
