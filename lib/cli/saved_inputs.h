// Where the inputs of a run with --state stand: byte and line of a FILE, the next offset of each partition of a topic.
//
// A FILE is told by how it was up to there (file_mark.h): one that was cut or changed since is refused. Pipes have no
// position; SeenOffsets stands for them.
// Errors  Error(Kind::usage): "state_input" for an input that nothing can be gone on with, "state_differs" for another
//         one than that of the state, "state_drained" for a file that has grown after its end was reached.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/units.h"
#include "cli/file_mark.h"
#include "cli/io.h"
#include "log/topic_name.h"
#include "state/store.h"
#include "stream/batch.h"
#include "stream/block_reader.h"

namespace weir::cli {

class SavedInputs final : public state::Part {
 public:
  // `names`: "-", FILE or FIFO, "topic:NAME", in the order of Batch::input_number. `envelope`: -J.
  SavedInputs(const std::vector<std::string>& names, bool envelope, Io& io);
  ~SavedInputs() override;

  void on_read(const stream::Batch& batch);

  void save(state::Writer& to) const override;
  void load(state::Reader& from) override;
  // After load(): are these the inputs of that state? `drained`: their ends were reached.
  void check(const std::string& directory, bool drained);

  // Where to begin.
  stream::LinePlace place(std::size_t input) const { return inputs_[input].place; }
  std::function<std::optional<base::Offset>(const log::TopicPartition&)> positions(std::size_t input) const;
  // A topic was opened, and its partition begins there: also one of which nothing comes goes on from there.
  void begin_at(std::size_t input, const log::TopicPartition& partition, base::Offset next);

  bool is_topic(std::size_t input) const { return inputs_[input].kind == Kind::topic; }
  bool any_topic() const;
  std::vector<bool> pipes() const;  // which of them are

 private:
  enum class Kind { file, topic, pipe };
  struct One {
    std::string name;
    Kind kind = Kind::pipe;
    int fd = -1;  // of a file
    stream::LinePlace place;
    std::map<log::TopicPartition, base::Offset> next;
    FileMark mark;             // as loaded
    Kind loaded = Kind::pipe;  // what it was when the state was saved
    std::string loaded_name;
  };
  static void read_file(One& one, const stream::Batch& batch);
  static void read_topic(One& one, const stream::Batch& batch);
  static void end_last_line(One& one, const std::string& directory);

  std::vector<One> inputs_;
  std::size_t loaded_count_ = 0;
};

}  // namespace weir::cli
