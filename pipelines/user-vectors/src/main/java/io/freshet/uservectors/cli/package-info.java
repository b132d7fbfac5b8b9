/** The command line, whatever the runner. */
package io.freshet.uservectors.cli;
