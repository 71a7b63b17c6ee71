/// Recipes: the options of an experiment as a file for people, and what becomes of them beside the
/// command line and the environment.
@NullMarked
package io.pairstream.cli.recipe;

import org.jspecify.annotations.NullMarked;
