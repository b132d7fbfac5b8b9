/** What a pipeline must do on every runner, as tests that each runner's module runs. */
package io.freshet.runners.conformance;
