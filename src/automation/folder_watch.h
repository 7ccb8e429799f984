#pragma once

#include "automation/bell.h"

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <thread>

namespace forecart {

/// Rings for every data set in whose folder below an inbox a file was closed after writing, or
/// moved there. Folders that come later are watched too. Where the system cannot watch so many, or
/// lost events, everything is rung; a poll beside it finds what is never told (files made by hard
/// links, network file systems).
class FolderWatch {
 public:
  using Note = std::function<void(const std::string& message)>;

  /// The folder is made if missing. Throws Error unavailable where nothing can be watched.
  /// `note` hears, from a thread of this, what people should know.
  FolderWatch(std::filesystem::path inbox, Bell& bell, Note note);
  ~FolderWatch();
  FolderWatch(const FolderWatch&) = delete;
  FolderWatch& operator=(const FolderWatch&) = delete;

 private:
  void add(const std::filesystem::path& folder);
  void add_below(const std::filesystem::path& folder);
  void watch();
  void read_events();
  void ring(const std::filesystem::path& below);

  std::filesystem::path inbox_;
  Bell& bell_;
  Note note_;
  int events_;
  int stop_;
  bool full_ = false;
  std::map<int, std::filesystem::path> folders_;
  std::thread thread_;
};

}  // namespace forecart
