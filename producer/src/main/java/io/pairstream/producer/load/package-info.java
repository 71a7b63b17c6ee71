/// Whole clip batches from videos: decoded on several threads, handed out in order.
///
/// | thread | does | owns |
/// |---|---|---|
/// | `decode-0`, `decode-1`, … | decodes one clip at a time into its place in a batch | the reader of that clip |
/// | the caller's | starts clips ahead of need, puts batches together | [BatchLoader] |
@NullMarked
package io.pairstream.producer.load;

import org.jspecify.annotations.NullMarked;
