#include "automation/automation.h"

#include "base/error.h"
#include "pipeline/dataset_table.h"
#include "pipeline/dataset_work.h"
#include "pipeline/follow_up.h"

#include "automation/bell.h"
#include "automation/folder_watch.h"
#include "automation/queue_watch.h"
#include "automation/work_list.h"
#include "automation/worker_report.h"
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <atomic>
#include <map>
#include <set>
#include <thread>
#include <utility>

namespace forecart {

namespace {

using Time = Bell::Clock::time_point;
using std::chrono::seconds;

constexpr seconds kFirstPause{5};  // before another look at what a worker could not do yet
constexpr seconds kLongestPause{60};

Time now() {
  return Bell::Clock::now();
}

}  // namespace

const char* to_string(StageEvent::Kind kind) {
  switch (kind) {
    case StageEvent::Kind::began:
      return "began";
    case StageEvent::Kind::ended:
      return "ended";
    case StageEvent::Kind::cancelled:
      return "cancelled";
    case StageEvent::Kind::failed:
      return "failed";
    case StageEvent::Kind::settings:
      return "settings";
    case StageEvent::Kind::progress:
      return "progress";
    case StageEvent::Kind::note:
      break;
  }
  return "note";
}

/// One thread decides; a thread for each worker waits for its end.
class Automation::Loop {
 public:
  Loop(const AutomationOptions& options, Observer observer)
      : options_(options),
        observer_(std::move(observer)),
        repository_(Repository::open(options.repository)) {
    const StoreLocation location(options.repository);
    if (location.is_local()) watch_folder(location.folder() / "inbox");
    if (!options.queue.empty()) {
      queue_ = std::make_unique<QueueWatch>(options.queue, location, bell_,
                                            [this](const std::string& text) { note("", text); });
    }
    bell_.ring_all();
  }

  ~Loop() { stop(); }
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  void start() {
    running_ = true;
    thread_ = std::thread([this] {
      run();
      running_ = false;
    });
  }

  void stop() {
    stopping_ = true;
    bell_.wake();
    if (thread_.joinable()) thread_.join();
  }

  bool is_running() const { return running_; }
  Outcome outcome() const {
    return failed_ ? Outcome::failed : partly_ ? Outcome::partly : Outcome::done;
  }
  Bell& bell() { return bell_; }

 private:
  /// A data set that is being worked on.
  struct Job {
    std::unique_ptr<Worker> worker;
    std::thread waiting;
    double waited = 0;
    std::string follow_up;  ///< the stamp of the last try before it began
    bool rung = false;      ///< meanwhile
  };

  void tell(const StageEvent& event) {
    if (event.kind == StageEvent::Kind::failed) failed_ = true;
    if (event.dead > 0) partly_ = true;
    const std::scoped_lock lock(telling_);
    if (observer_) observer_(event);
  }

  void note(const std::string& dataset, const std::string& message) {
    StageEvent event;
    event.dataset = dataset;
    event.message = message;
    tell(event);
  }

  void watch_folder(const std::filesystem::path& inbox) {
    try {
      folder_ = std::make_unique<FolderWatch>(inbox, bell_,
                                              [this](const std::string& text) { note("", text); });
    } catch (const Error& error) {
      note("", fmt::format("{}; the inbox is polled", error.what()));
    }
  }

  void run() {
    while (!stopping_) {
      const Bell::Rung rung = bell_.wait_until(wake_time());
      try {
        take_ended();
        look(rung);
      } catch (const std::exception& error) {  // the store is away: everything is looked at later
        note("", error.what());
        failed_ = true;
        next_poll_ = now() + pause("");
      }
      start_workers();
      if (options_.once && jobs_.empty() && !is_anything_due()) break;
    }
    end_all();
  }

  Time wake_time() const {
    Time time = std::min(next_poll_, next_firing_);
    if (const auto due = list_.next_due(); due && jobs_.size() < options_.jobs) {
      time = std::min(time, *due);
    }
    return time;
  }

  bool is_anything_due() const {
    const auto due = list_.next_due();
    return due && *due <= now();
  }

  void look(const Bell::Rung& rung) {
    for (const std::string& dataset : std::exchange(again_, {})) look_at(dataset);
    if (rung.all || now() >= next_poll_) {
      look_at_all();
    } else {
      for (const std::string& dataset : rung.datasets) {
        pauses_.erase(dataset);
        look_at(dataset);
      }
    }
    if (now() >= next_firing_) fire();
  }

  void look_at_all() {
    next_poll_ = now() + options_.poll;
    table_.refresh(repository_, [this](const std::string& dataset, const std::string& wrong) {
      wrong.empty() ? tell({.kind = StageEvent::Kind::settings, .dataset = dataset})
                    : settings_are_wrong(dataset, wrong);
    });
    fire();
    std::set<std::string> strays;
    std::vector<WaitingWork> waiting = waiting_work(repository_, &strays);
    tell_strays(std::move(strays));
    std::sort(waiting.begin(), waiting.end(),
              [](const auto& a, const auto& b) { return a.newest < b.newest; });
    list_.keep_only(waiting);
    for (const WaitingWork& work : waiting) consider(work);
    if (queue_) queue_->settle_all_but(waiting);
    pauses_.erase("");
  }

  void settings_are_wrong(const std::string& dataset, const std::string& wrong) {
    partly_ = true;
    note(dataset, wrong);
  }

  /// Each once, for as long as it lies there.
  void tell_strays(std::set<std::string> strays) {
    for (const std::string& stray : strays) {
      if (!strays_.contains(stray)) note("", stray_text(stray));
    }
    strays_ = std::move(strays);
  }

  void fire() {
    const auto hear = [this](const auto& dataset, const auto& text) { note(dataset, text); };
    for (const std::string& dataset : table_.fire(repository_, hear)) look_at(dataset);
    next_firing_ = Time::max();
    if (const auto next = table_.next_firing()) next_firing_ = time_of(*next);
  }

  /// Of an instant by the store's clock.
  Time time_of(Instant instant) const {
    const auto away = std::clamp<Instant::duration>(instant - repository_.store().now(),
                                                    Instant::duration(0), std::chrono::hours(24));
    return now() + std::chrono::ceil<std::chrono::milliseconds>(away);
  }

  void look_at(const std::string& dataset) {
    if (!is_dataset_name(dataset)) {  // what may lie astray is told by a look at all
      if (is_inbox_file("inbox/" + dataset)) next_poll_ = std::min(next_poll_, now() + kFirstPause);
      return;
    }
    consider(waiting_work(repository_, dataset));
  }

  void consider(const WaitingWork& work) {
    const auto job = jobs_.find(work.dataset);
    if (job != jobs_.end()) {
      job->second.rung = true;
      return;
    }
    if (!is_waiting(work)) {
      list_.remove(work.dataset);
      if (queue_) queue_->settle(work.dataset);
      return;
    }
    const auto failure = work.failed ? last_failure(repository_, work.dataset) : std::nullopt;
    Time due = now();
    if (failure && !is_due(work, *failure, repository_.store().now())) due = time_of(failure->due);
    const auto paused = pauses_.find(work.dataset);
    if (paused != pauses_.end()) due = std::max(due, paused->second.until);
    list_.put(work.dataset, table_.priority(work.dataset), due, now());
  }

  void start_workers() {
    while (!stopping_ && jobs_.size() < options_.jobs) {
      const auto next = list_.take(now());
      if (!next) return;
      try {
        start_worker(*next);
      } catch (const Error& error) {
        note(next->dataset, error.what());
        failed_ = true;
        next_poll_ = std::min(next_poll_, now() + pause(next->dataset));
      }
    }
  }

  std::vector<std::string> command_of(const std::string& dataset) const {
    return {options_.program,
            "work",
            "--repository",
            options_.repository,
            "--dataset",
            dataset,
            "--found",
            "--threads",
            std::to_string(options_.threads),
            "--json",
            "--progress",
            "lines",
            "--log-level",
            "off"};
  }

  void start_worker(const WorkList::Next& next) {
    const std::string follow_up = begun_follow_up(next.dataset);
    auto worker = std::make_unique<Worker>(
        command_of(next.dataset), options_.limits,
        [this, dataset = next.dataset](const std::string& line) { tell_progress(dataset, line); });
    Job& job = jobs_[next.dataset];
    job.worker = std::move(worker);
    job.waited = std::chrono::duration<double>(now() - next.since).count();
    job.follow_up = follow_up;
    job.waiting = std::thread([this, dataset = next.dataset, at = job.worker.get()] {
      WorkerEnd end = at->wait();
      const std::scoped_lock lock(ending_);
      ended_.emplace_back(dataset, std::move(end));
      bell_.wake();
    });
    StageEvent event{.kind = StageEvent::Kind::began, .dataset = next.dataset};
    event.waited = job.waited;
    tell(event);
  }

  void tell_progress(const std::string& dataset, const std::string& line) {
    const auto told = nlohmann::json::parse(line, nullptr, false);
    const auto stage = told.is_object() ? told.find("stage") : told.end();
    const auto share = told.is_object() ? told.find("share") : told.end();
    if (stage == told.end() || share == told.end()) return;
    if (!stage->is_string() || !share->is_number()) return;
    StageEvent event{.kind = StageEvent::Kind::progress, .dataset = dataset};
    event.stage = stage->get<std::string>();
    event.share = share->get<double>();
    tell(event);
  }

  void take_ended() {
    while (const auto ended = next_ended()) {
      const auto& [dataset, end] = *ended;
      const auto job = jobs_.find(dataset);
      job->second.waiting.join();
      const bool rung = job->second.rung;
      const double waited = job->second.waited;
      const std::string follow_up = job->second.follow_up;
      jobs_.erase(job);
      again_.push_back(dataset);
      WorkerReport report = read_report(dataset, end);
      report.event.waited = waited;
      if (!report.recorded && follow_up != begun_follow_up(dataset)) {
        tell_owed(report.event);
      } else {
        conclude(report, rung);
      }
    }
  }

  /// A stamp of the last try to do what follows a run; "" for none.
  std::string begun_follow_up(const std::string& dataset) const {
    const auto owed = owed_follow_up(repository_, dataset);
    return owed ? owed->begun : "";
  }

  /// The worker died after all that waited was done and published: no failure of that.
  void tell_owed(const StageEvent& died) {
    if (stopping_) return;  // it was told to end
    note(died.dataset,
         fmt::format("the run is published; what follows it is made up for, as {}", died.message));
  }

  std::optional<std::pair<std::string, WorkerEnd>> next_ended() {
    const std::scoped_lock lock(ending_);
    if (ended_.empty()) return std::nullopt;
    auto first = std::move(ended_.back());
    ended_.pop_back();
    return first;
  }

  void conclude(WorkerReport& report, bool rung) {
    const std::string& dataset = report.event.dataset;
    if (!report.recorded && stopping_) return;  // it was told to end
    if (!report.recorded) {
      const WorkFailure failure =
          record_failure(repository_, dataset, report.event.code, report.event.message);
      report.event.attempts = failure.attempts;
    }
    if (report.busy) {
      note(dataset, "another process is at it");
    } else {
      tell(report.event);
    }
    if (report.progressed || rung) {
      pauses_.erase(dataset);
    } else {
      pause(dataset);
    }
  }

  /// Another look after a while, longer each time in a row.
  seconds pause(const std::string& dataset) {
    Pause& pause = pauses_[dataset];
    pause.length =
        pause.length.count() == 0 ? kFirstPause : std::min(2 * pause.length, kLongestPause);
    pause.until = now() + pause.length;
    return pause.length;
  }

  void end_all() {
    for (auto& [dataset, job] : jobs_) job.worker->end();
    for (auto& [dataset, job] : jobs_) job.waiting.join();
    jobs_.clear();
  }

  struct Pause {
    seconds length{0};
    Time until;
  };

  AutomationOptions options_;
  Observer observer_;
  std::mutex telling_;
  Repository repository_;
  Bell bell_;
  std::unique_ptr<FolderWatch> folder_;
  std::unique_ptr<QueueWatch> queue_;
  DatasetTable table_;
  WorkList list_;
  std::map<std::string, Job> jobs_;
  std::map<std::string, Pause> pauses_;
  std::set<std::string> strays_;    ///< that were told of
  std::vector<std::string> again_;  ///< to look at, since a worker has ended
  Time next_poll_ = now();
  Time next_firing_ = Time::max();
  std::mutex ending_;
  std::vector<std::pair<std::string, WorkerEnd>> ended_;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> running_{false};
  std::atomic<bool> failed_{false};
  std::atomic<bool> partly_{false};
  std::thread thread_;
};

Automation::Automation(const AutomationOptions& options, Observer observer)
    : loop_(std::make_unique<Loop>(options, std::move(observer))) {}

Automation::~Automation() = default;

void Automation::start() {
  loop_->start();
}

void Automation::stop() {
  loop_->stop();
}

bool Automation::is_running() const {
  return loop_->is_running();
}

Automation::Outcome Automation::outcome() const {
  return loop_->outcome();
}

void Automation::ring(const std::string& dataset) {
  dataset.empty() ? loop_->bell().ring_all() : loop_->bell().ring(dataset);
}

}  // namespace forecart
