/// Models as DJL blocks whose parameters and buffers carry the names of the reference's state dict.
@NullMarked
package io.pairstream.trainer.model;

import org.jspecify.annotations.NullMarked;
