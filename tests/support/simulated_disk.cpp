#include "support/simulated_disk.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>
#include <stdexcept>

namespace weir::testing {

SimulatedDisk::SimulatedDisk() {
  add_node(true);
}

SimulatedDisk::NodeId SimulatedDisk::add_node(bool directory) {
  nodes_[next_node_].directory = directory;
  return next_node_++;
}

SimulatedDisk::Place SimulatedDisk::find(const std::string& path) const {
  Place place{kRoot, "", kRoot, 0};
  std::size_t at = 0;
  while (at < path.size()) {
    const std::size_t slash = std::min(path.find('/', at), path.size());
    const std::string name = path.substr(at, slash - at);
    at = slash + 1;
    if (name.empty() || name == ".") continue;
    if (place.node == kNone) return {kNone, "", kNone, ENOENT};
    const Node& directory = nodes_.at(place.node);
    if (!directory.directory) return {kNone, "", kNone, ENOTDIR};
    const auto entry = directory.entries.find(name);
    place = {place.node, name, entry == directory.entries.end() ? kNone : entry->second, 0};
  }
  return place;
}

SimulatedDisk::Open* SimulatedDisk::opened(int fd) {
  const auto found = open_.find(fd);
  return found == open_.end() ? nullptr : &found->second;
}

void SimulatedDisk::apply(const EntryChange& entry, Entries* to) {
  if (entry.node == kNone) {
    to->erase(entry.name);
  } else {
    (*to)[entry.name] = entry.node;
  }
}

void SimulatedDisk::change_names(NameChange change) {
  for (const EntryChange& entry : change) apply(entry, &nodes_.at(entry.directory).entries);
  unsynced_names_.push_back(std::move(change));
}

std::uint64_t SimulatedDisk::used() const {
  std::uint64_t bytes = 0;
  for (const auto& [id, node] : nodes_) bytes += node.file.cached().size();
  return bytes;
}

int SimulatedDisk::open(const std::string& path, int flags, mode_t) {
  const std::lock_guard guard(mutex_);
  Place place = find(path);
  if (place.error != 0) return -place.error;
  const bool writable = (flags & O_ACCMODE) != O_RDONLY;
  if (place.node == kNone) {
    if ((flags & O_CREAT) == 0) return -ENOENT;
    place.node = add_node(false);
    change_names({{place.directory, place.name, place.node}});
  } else if ((flags & O_CREAT) != 0 && (flags & O_EXCL) != 0) {
    return -EEXIST;
  }
  Node& node = nodes_.at(place.node);
  if (node.directory && writable) return -EISDIR;
  if (!node.directory && (flags & O_DIRECTORY) != 0) return -ENOTDIR;
  if ((flags & O_TRUNC) != 0 && writable) node.file.truncate(0);
  int fd = 3;
  while (open_.contains(fd)) ++fd;
  open_[fd] = {place.node, writable};
  return fd;
}

int SimulatedDisk::close(int fd) {
  const std::lock_guard guard(mutex_);
  const Open* open = opened(fd);
  if (open == nullptr) return -EBADF;
  nodes_.at(open->node).locks.erase(fd);
  open_.erase(fd);
  return 0;
}

ssize_t SimulatedDisk::pread(int fd, void* to, std::size_t size, off_t position) {
  const std::lock_guard guard(mutex_);
  const Open* open = opened(fd);
  if (open == nullptr) return -EBADF;
  const Node& node = nodes_.at(open->node);
  if (node.directory) return -EISDIR;
  const std::string& content = node.file.cached();
  const std::size_t at = static_cast<std::size_t>(position);
  if (at >= content.size()) return 0;
  const std::size_t got = std::min(size, content.size() - at);
  std::memcpy(to, content.data() + at, got);
  return static_cast<ssize_t>(got);
}

ssize_t SimulatedDisk::pwrite(int fd, const void* from, std::size_t size, off_t position) {
  const std::lock_guard guard(mutex_);
  const Open* open = opened(fd);
  if (open == nullptr || !open->writable) return -EBADF;
  SimulatedFile& file = nodes_.at(open->node).file;
  const std::uint64_t end = static_cast<std::uint64_t>(position) + size;
  if (end > file.cached().size() && capacity_ != UINT64_MAX) {
    const std::uint64_t growth = end - file.cached().size(), used_bytes = used();
    const std::uint64_t free = used_bytes < capacity_ ? capacity_ - used_bytes : 0;
    if (growth > free) {
      const std::uint64_t lacking = growth - free;
      if (lacking >= size) return -ENOSPC;
      size -= static_cast<std::size_t>(lacking);
    }
  }
  file.write({static_cast<const char*>(from), size}, static_cast<std::uint64_t>(position));
  return static_cast<ssize_t>(size);
}

int SimulatedDisk::fsync(int fd) {
  const std::lock_guard guard(mutex_);
  const Open* open = opened(fd);
  if (open == nullptr) return -EBADF;
  const NodeId id = open->node;
  nodes_.at(id).file.sync();
  if (!nodes_.at(id).directory) return 0;
  // A rename between two directories is one step of the journal: syncing either keeps both halves.
  std::erase_if(unsynced_names_, [&](const NameChange& change) {
    const bool touches =
        std::any_of(change.begin(), change.end(), [&](const auto& e) { return e.directory == id; });
    if (!touches) return false;
    for (const EntryChange& entry : change) apply(entry, &nodes_.at(entry.directory).durable);
    return true;
  });
  return 0;
}

int SimulatedDisk::ftruncate(int fd, off_t size) {
  const std::lock_guard guard(mutex_);
  const Open* open = opened(fd);
  if (open == nullptr || !open->writable) return -EINVAL;
  nodes_.at(open->node).file.truncate(static_cast<std::uint64_t>(size));
  return 0;
}

void SimulatedDisk::fill(NodeId id, struct stat* to) const {
  const Node& node = nodes_.at(id);
  *to = {};
  to->st_dev = 1;
  to->st_ino = static_cast<ino_t>(id) + 1;
  to->st_mode = node.directory ? S_IFDIR | 0700 : S_IFREG | 0600;
  to->st_nlink = 1;
  to->st_size = static_cast<off_t>(node.file.cached().size());
}

int SimulatedDisk::fstat(int fd, struct stat* to) {
  const std::lock_guard guard(mutex_);
  const Open* open = opened(fd);
  if (open == nullptr) return -EBADF;
  fill(open->node, to);
  return 0;
}

int SimulatedDisk::stat(const std::string& path, struct stat* to) {
  const std::lock_guard guard(mutex_);
  const Place place = find(path);
  if (place.error != 0) return -place.error;
  if (place.node == kNone) return -ENOENT;
  fill(place.node, to);
  return 0;
}

int SimulatedDisk::rename(const std::string& from, const std::string& to) {
  const std::lock_guard guard(mutex_);
  const Place source = find(from), target = find(to);
  if (source.error != 0) return -source.error;
  if (target.error != 0) return -target.error;
  if (source.node == kNone) return -ENOENT;
  if (source.node == target.node) return 0;
  if (target.node != kNone) {
    const Node& old = nodes_.at(target.node);
    if (old.directory != nodes_.at(source.node).directory) return old.directory ? -EISDIR : -ENOTDIR;
    if (old.directory && !old.entries.empty()) return -ENOTEMPTY;
  }
  change_names({{target.directory, target.name, source.node}, {source.directory, source.name, kNone}});
  return 0;
}

int SimulatedDisk::remove(const std::string& path, bool directory) {
  const Place place = find(path);
  if (place.error != 0) return -place.error;
  if (place.node == kNone) return -ENOENT;
  const Node& node = nodes_.at(place.node);
  if (node.directory != directory) return directory ? -ENOTDIR : -EISDIR;
  if (directory && !node.entries.empty()) return -ENOTEMPTY;
  change_names({{place.directory, place.name, kNone}});
  return 0;
}

int SimulatedDisk::unlink(const std::string& path) {
  const std::lock_guard guard(mutex_);
  return remove(path, false);
}

int SimulatedDisk::rmdir(const std::string& path) {
  const std::lock_guard guard(mutex_);
  return remove(path, true);
}

int SimulatedDisk::mkdir(const std::string& path, mode_t) {
  const std::lock_guard guard(mutex_);
  const Place place = find(path);
  if (place.error != 0) return -place.error;
  if (place.node != kNone) return -EEXIST;
  change_names({{place.directory, place.name, add_node(true)}});
  return 0;
}

int SimulatedDisk::list(const std::string& path, std::vector<std::string>* names) {
  const std::lock_guard guard(mutex_);
  const Place place = find(path);
  if (place.error != 0) return -place.error;
  if (place.node == kNone) return -ENOENT;
  const Node& node = nodes_.at(place.node);
  if (!node.directory) return -ENOTDIR;
  names->clear();
  for (const auto& [name, id] : node.entries) names->push_back(name);
  return 0;
}

int SimulatedDisk::lock(int fd, Lock kind) {
  const std::lock_guard guard(mutex_);
  const Open* open = opened(fd);
  if (open == nullptr) return -EBADF;
  if (kind == Lock::exclusive && !open->writable) return -EBADF;  // as fcntl has it
  auto& locks = nodes_.at(open->node).locks;
  if (kind == Lock::none) {
    locks.erase(fd);
    return 0;
  }
  for (const auto& [holder, held] : locks) {
    if (holder != fd && (kind == Lock::exclusive || held == Lock::exclusive)) return -EAGAIN;
  }
  locks[fd] = kind;
  return 0;
}

int SimulatedDisk::drop_cache(int fd) {
  const std::lock_guard guard(mutex_);
  const Open* open = opened(fd);
  if (open == nullptr) return -EBADF;
  nodes_.at(open->node).file.drop_clean();
  return 0;
}

void SimulatedDisk::lose_unsynced(int fd) {
  const std::lock_guard guard(mutex_);
  if (const Open* open = opened(fd)) nodes_.at(open->node).file.fail_sync();
}

std::string SimulatedDisk::content(const std::string& path) const {
  const std::lock_guard guard(mutex_);
  const Place place = find(path);
  if (place.node == kNone) throw std::runtime_error("no file " + path);
  return nodes_.at(place.node).file.cached();
}

void SimulatedDisk::set_content(const std::string& path, std::string_view bytes) {
  const std::lock_guard guard(mutex_);
  NodeId directory = kRoot;
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t slash = std::min(path.find('/', at), path.size());
    const std::string name = path.substr(at, slash - at);
    at = slash + 1;
    if (name.empty()) continue;
    const bool last = at >= path.size();
    const auto found = nodes_.at(directory).entries.find(name);
    const NodeId node = found != nodes_.at(directory).entries.end() ? found->second : add_node(!last);
    nodes_.at(directory).entries[name] = nodes_.at(directory).durable[name] = node;
    if (last) nodes_.at(node).file = SimulatedFile(bytes);
    directory = node;
  }
}

void SimulatedDisk::collect(NodeId id, const std::string& path, std::vector<std::string>* to) const {
  for (const auto& [name, child] : nodes_.at(id).entries) {
    const std::string below = path + "/" + name;
    if (nodes_.at(child).directory) {
      collect(child, below, to);
    } else {
      to->push_back(below);
    }
  }
}

std::vector<std::string> SimulatedDisk::files() const {
  const std::lock_guard guard(mutex_);
  std::vector<std::string> found;
  collect(kRoot, "", &found);
  return found;
}

int SimulatedDisk::open_files() const {
  const std::lock_guard guard(mutex_);
  return static_cast<int>(open_.size());
}

std::unique_ptr<SimulatedDisk> SimulatedDisk::after_kill() const {
  const std::lock_guard guard(mutex_);
  auto after = std::make_unique<SimulatedDisk>();
  after->nodes_ = nodes_;
  for (auto& [id, node] : after->nodes_) node.locks.clear();
  after->unsynced_names_ = unsynced_names_;
  after->next_node_ = next_node_;
  after->capacity_ = capacity_;
  return after;
}

std::vector<bool> SimulatedDisk::arrived_names(Random& random) const {
  // None of the unsynced changes, all of them, the first few, or any. A journal keeps the order of changes to
  // one name or one file, so what follows a lost change of the same thing is lost too.
  const std::size_t way = random.below(4);
  const std::size_t first_few = random.below(unsynced_names_.size() + 1);
  std::set<NodeId> lost_nodes;
  std::set<std::pair<NodeId, std::string>> lost_names;
  std::vector<bool> arrived;
  for (std::size_t i = 0; i < unsynced_names_.size(); ++i) {
    bool arrives = way == 1 || (way == 2 && i < first_few) || (way == 3 && random.chance(50));
    for (const EntryChange& entry : unsynced_names_[i]) {
      if (lost_nodes.contains(entry.node) || lost_names.contains({entry.directory, entry.name}))
        arrives = false;
    }
    if (!arrives) {
      for (const EntryChange& entry : unsynced_names_[i]) {
        if (entry.node != kNone) lost_nodes.insert(entry.node);
        lost_names.insert({entry.directory, entry.name});
      }
    }
    arrived.push_back(arrives);
  }
  return arrived;
}

void SimulatedDisk::copy_reachable(const SimulatedDisk& from, const Names& names, NodeId id, Random& random) {
  const Node& before = from.nodes_.at(id);
  Node& node = nodes_[id];
  node.directory = before.directory;
  if (!before.directory) {
    node.file = before.file.after_power_cut(random);
    return;
  }
  node.entries = node.durable = names.at(id);
  for (const auto& [name, child] : node.entries) copy_reachable(from, names, child, random);
}

std::unique_ptr<SimulatedDisk> SimulatedDisk::after_power_cut(std::uint64_t seed) const {
  const std::lock_guard guard(mutex_);
  Random random(seed);
  Names names;
  for (const auto& [id, node] : nodes_) names[id] = node.durable;
  const std::vector<bool> arrived = arrived_names(random);
  for (std::size_t i = 0; i < unsynced_names_.size(); ++i) {
    if (!arrived[i]) continue;
    for (const EntryChange& entry : unsynced_names_[i]) apply(entry, &names[entry.directory]);
  }
  auto after = std::make_unique<SimulatedDisk>();
  after->copy_reachable(*this, names, kRoot, random);
  after->next_node_ = next_node_;
  after->capacity_ = capacity_;
  return after;
}

}  // namespace weir::testing
