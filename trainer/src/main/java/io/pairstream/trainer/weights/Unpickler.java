package io.pairstream.trainer.weights;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Python's pickle machine, protocols 0 to 4 and what protocol 5 writes without buffers (PEP 307,
/// 3154, 574), over [Value]s. What is called by name is looked up in [Globals]; nothing of the
/// pickle's is run. How many operations there may be is bounded, and with them the values.
final class Unpickler {
  private static final int MOST_OPERATIONS = 1_000_000;
  private static final int NEWEST_PROTOCOL = 5;
  private static final int LONGEST_NUMBER = 1024;

  /// From this size on bytes stay in the file.
  private static final long LARGE = 4096;

  private final PickleInput in;
  private final Globals globals;
  private final Map<Long, Value> memo = new HashMap<>();
  private final Deque<List<Value>> marked = new ArrayDeque<>();
  private List<Value> stack = new ArrayList<>();

  /// Where the operation that is carried out begins.
  private long at;

  private Unpickler(PickleInput in, Globals globals) {
    this.in = in;
    this.globals = globals;
  }

  /// Reads one pickle.
  ///
  /// @throws WeightFormatException with one sentence if it is none, or more than weights need
  static Value read(PickleInput in, Globals globals) throws IOException {
    return new Unpickler(in, globals).run();
  }

  private Value run() throws IOException {
    for (int operations = 0; operations < MOST_OPERATIONS; operations++) {
      at = in.position();
      int code = in.next();
      if (code == '.') {
        return pop();
      }
      try {
        execute(code);
      } catch (NumberFormatException e) {
        throw new WeightFormatException("the pickle has no number at byte " + at, e);
      }
    }
    throw new WeightFormatException(
        "the pickle has over " + MOST_OPERATIONS + " operations, more than weights need");
  }

  private void execute(int code) throws IOException {
    switch (code) {
      case 0x80 -> protocol();
      case 0x95 -> in.number(8); // FRAME
      case '(' -> mark();
      case '0' -> discard();
      case '1' -> unmark(); // POP_MARK
      case '2' -> push(peek()); // DUP
      case 'p' -> memo.put(parseLong(in.line()), peek());
      case 'q' -> memo.put(in.number(1), peek());
      case 'r' -> memo.put(in.number(4), peek());
      case 0x94 -> memo.put((long) memo.size(), peek()); // MEMOIZE
      case 'g' -> push(recall(parseLong(in.line())));
      case 'h' -> push(recall(in.number(1)));
      case 'j' -> push(recall(in.number(4)));
      case 'c' -> push(globals.find(in.line(), in.line(), at));
      case 0x93 -> { // STACK_GLOBAL
        String name = text(pop());
        push(globals.find(text(pop()), name, at));
      }
      case 'Q' -> push(globals.persistent(pop(), at));
      case 'R' -> { // REDUCE
        List<Value> arguments = items(pop());
        push(globals.call(pop(), arguments, at));
      }
      case 0x81 -> { // NEWOBJ
        List<Value> arguments = items(pop());
        push(globals.create(pop(), arguments, at));
      }
      case 0x92 -> { // NEWOBJ_EX
        pop();
        List<Value> arguments = items(pop());
        push(globals.create(pop(), arguments, at));
      }
      case 'i' -> push(globals.create(globals.find(in.line(), in.line(), at), unmark(), at));
      case 'o' -> { // OBJ
        List<Value> arguments = unmark();
        if (arguments.isEmpty()) {
          throw damaged();
        }
        push(globals.create(arguments.getFirst(), arguments.subList(1, arguments.size()), at));
      }
      case 'b' -> { // BUILD
        Value state = pop();
        globals.build(peek(), state, at);
      }
      default -> {
        if (!scalar(code) && !collection(code)) {
          throw new WeightFormatException(
              "the pickle has the operation %s at byte %d, which no weights need"
                  .formatted(code > ' ' && code < 127 ? "'" + (char) code + "'" : code, at));
        }
      }
    }
  }

  private boolean scalar(int code) throws IOException {
    switch (code) {
      case 'N' -> push(new Value.None());
      case 0x88 -> push(new Value.Flag(true));
      case 0x89 -> push(new Value.Flag(false));
      case 'I' -> push(integer(in.line()));
      case 'J' -> push(Value.Int.of((int) in.number(4)));
      case 'K' -> push(Value.Int.of(in.number(1)));
      case 'M' -> push(Value.Int.of(in.number(2)));
      case 'L' -> push(new Value.Int(decimal(in.line())));
      case 0x8a -> push(wide(in.number(1)));
      case 0x8b -> push(wide(in.number(4)));
      case 'F' -> push(new Value.Real(Double.parseDouble(in.line())));
      case 'G' -> push(new Value.Real(ByteBuffer.wrap(in.take(8)).getDouble()));
      case 'S' -> push(Strings.ofLiteral(in.line(), at));
      case 'T' -> push(string(in.number(4)));
      case 'U' -> push(string(in.number(1)));
      case 'V' -> push(new Value.Text(Strings.ofRawUnicode(in.line())));
      case 'X' -> push(new Value.Text(in.text(in.number(4))));
      case 0x8c -> push(new Value.Text(in.text(in.number(1))));
      case 0x8d -> push(new Value.Text(in.text(in.number(8))));
      case 'C' -> push(bytes(in.number(1)));
      case 'B' -> push(bytes(in.number(4)));
      case 0x8e, 0x96 -> push(bytes(in.number(8)));
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean collection(int code) throws IOException {
    switch (code) {
      case ')', ']', 0x8f -> push(Value.Sequence.empty());
      case 't', 'l', 0x91 -> { // TUPLE, LIST, FROZENSET
        List<Value> items = unmark();
        push(new Value.Sequence(items));
      }
      case 0x85 -> tuple(1);
      case 0x86 -> tuple(2);
      case 0x87 -> tuple(3);
      case '}' -> push(new Value.Mapping());
      case 'd' -> {
        Value.Mapping mapping = new Value.Mapping();
        putAll(mapping, unmark());
        push(mapping);
      }
      case 'a' -> {
        Value item = pop();
        append(List.of(item));
      }
      case 'e', 0x90 -> { // APPENDS, ADDITEMS
        append(unmark());
      }
      case 's' -> {
        Value value = pop();
        Value key = pop();
        putAll(mapping(peek()), List.of(key, value));
      }
      case 'u' -> {
        List<Value> items = unmark();
        putAll(mapping(peek()), items);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private void protocol() throws IOException {
    int protocol = in.next();
    if (protocol > NEWEST_PROTOCOL) {
      throw new WeightFormatException("the pickle's protocol " + protocol + " is unknown");
    }
  }

  private void mark() {
    marked.push(stack);
    stack = new ArrayList<>(4);
  }

  /// What was pushed since the last mark.
  private List<Value> unmark() throws WeightFormatException {
    if (marked.isEmpty()) {
      throw damaged();
    }
    List<Value> items = stack;
    stack = marked.pop();
    return items;
  }

  /// POP takes a mark away where there is nothing above it.
  private void discard() throws WeightFormatException {
    if (stack.isEmpty() && !marked.isEmpty()) {
      unmark();
    } else {
      pop();
    }
  }

  private void push(Value value) {
    stack.add(value);
  }

  private Value pop() throws WeightFormatException {
    if (stack.isEmpty()) {
      throw damaged();
    }
    return stack.removeLast();
  }

  private Value peek() throws WeightFormatException {
    if (stack.isEmpty()) {
      throw damaged();
    }
    return stack.getLast();
  }

  private Value recall(long index) throws WeightFormatException {
    Value value = memo.get(index);
    if (value == null) {
      throw damaged();
    }
    return value;
  }

  private void tuple(int length) throws WeightFormatException {
    List<Value> items = new ArrayList<>(length);
    for (int i = 0; i < length; i++) {
      items.addFirst(pop());
    }
    push(new Value.Sequence(items));
  }

  private void putAll(Value.Mapping mapping, List<Value> items) throws WeightFormatException {
    if (items.size() % 2 != 0) {
      throw damaged();
    }
    for (int i = 0; i < items.size(); i += 2) {
      mapping.put(items.get(i), items.get(i + 1));
    }
  }

  private void append(List<Value> items) throws WeightFormatException {
    // What a list of an unknown kind holds is of no use.
    if (!(peek() instanceof Value.Thing)) {
      items.forEach(sequence(peek())::add);
    }
  }

  private List<Value> items(Value value) throws WeightFormatException {
    return sequence(value).items();
  }

  private Value.Sequence sequence(Value value) throws WeightFormatException {
    if (value instanceof Value.Sequence sequence) {
      return sequence;
    }
    throw damaged();
  }

  private Value.Mapping mapping(Value value) throws WeightFormatException {
    if (value instanceof Value.Mapping mapping) {
      return mapping;
    }
    if (value instanceof Value.Thing thing) {
      return thing.entries();
    }
    throw damaged();
  }

  private String text(Value value) throws WeightFormatException {
    if (value instanceof Value.Text text) {
      return text.value();
    }
    throw damaged();
  }

  /// Protocol 1 and below write booleans as `I00` and `I01`.
  private static Value integer(String line) throws WeightFormatException {
    return switch (line) {
      case "00" -> new Value.Flag(false);
      case "01" -> new Value.Flag(true);
      default -> new Value.Int(decimal(line));
    };
  }

  private static BigInteger decimal(String line) throws WeightFormatException {
    String digits = line.endsWith("L") ? line.substring(0, line.length() - 1) : line;
    if (digits.length() > LONGEST_NUMBER) {
      throw new WeightFormatException("the pickle has a number of " + digits.length() + " digits");
    }
    return new BigInteger(digits);
  }

  private static long parseLong(String line) {
    return Long.parseLong(line);
  }

  /// A little-endian number in two's complement.
  private Value wide(long length) throws IOException {
    if (length > LONGEST_NUMBER) {
      throw new WeightFormatException("the pickle has a number of " + length + " bytes");
    }
    byte[] bytes = in.take(length);
    for (int i = 0; i < bytes.length / 2; i++) {
      byte swapped = bytes[i];
      bytes[i] = bytes[bytes.length - 1 - i];
      bytes[bytes.length - 1 - i] = swapped;
    }
    return new Value.Int(bytes.length == 0 ? BigInteger.ZERO : new BigInteger(bytes));
  }

  private Value bytes(long length) throws IOException {
    return new Value.Bytes(
        length >= LARGE ? in.skip(length) : RandomBytes.of(in.take(length)).whole());
  }

  /// A string of Python 2: text or bytes, only its use tells. Short ones are names.
  private Value string(long length) throws IOException {
    return length >= LARGE
        ? new Value.Bytes(in.skip(length))
        : new Value.Text(Strings.latin1(in.take(length)));
  }

  private WeightFormatException damaged() {
    return new WeightFormatException("the pickle is damaged at byte " + at);
  }
}
