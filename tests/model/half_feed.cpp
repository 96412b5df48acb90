#include "model/half_feed.h"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdint>
#include <stdexcept>

namespace weir::model {

HalfFeed::HalfFeed(std::vector<std::string> texts, const std::vector<std::size_t>& sizes)
    : halves_(std::move(texts)), wish_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  for (std::size_t i = 0; i < halves_.size(); ++i) {
    halves_[i].resize(sizes[i]);
    int ends[2];
    if (wish_ < 0 || ::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    reads_.push_back(ends[0]);
    writes_.push_back(ends[1]);
  }
  writer_ = std::thread([this] { feed(); });
}

HalfFeed::~HalfFeed() {
  over_ = true;
  writer_.join();
  for (const int end : reads_) ::close(end);
  for (const int end : writes_) ::close(end);
  ::close(wish_);
}

// The halves are smaller than a pipe, so that writing never waits.
void HalfFeed::feed() {
  for (std::size_t i = 0; i < halves_.size(); ++i) {
    if (::write(writes_[i], halves_[i].data(), halves_[i].size()) < 0) return;
  }
  for (const int end : reads_) {
    int left = 1;
    while (!over_ && ::ioctl(end, FIONREAD, &left) == 0 && left > 0) std::this_thread::yield();
  }
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(wish_, &one, sizeof one);
}

stream::Stop::Wish HalfFeed::wish() {
  std::uint64_t count = 0;
  wished_ = wished_ || ::read(wish_, &count, sizeof count) > 0;
  return wished_ ? Wish::settle : Wish::none;
}

}  // namespace weir::model
