#pragma once

namespace forecart::lstm {

/// What a training has planned at the start.
struct PaceOptions {
  int steps = 1;          ///< updates at most
  int check_every = 50;   ///< updates between looks
  double afterwards = 0;  ///< updates of a last training that must fit in too, of those made
};

/// How many updates a training makes, and how far it is. Where there is less time than they take,
/// fewer are planned, from what updates and looks have taken so far, so that looks, calibration and
/// last training end in time. Without that the plan is kept to the update.
class Pace {
 public:
  explicit Pace(const PaceOptions& options) : options_(options), planned_(options.steps) {}

  /// What is measured, for a checkpoint.
  struct State {
    int done = 0;
    double share = 0;
    double update = 0;   ///< seconds
    double look = 0;     ///< seconds
    bool bound = false;  ///< fewer updates than asked for have been planned
  };
  const State& state() const { return state_; }
  void restore(const State& state) { state_ = state; }

  int done() const { return state_.done; }
  int planned() const { return planned_; }
  bool over() const { return state_.done >= planned_; }
  bool bound() const { return state_.bound; }
  /// Share of the training that is done, from 0 to 1: what the learning rate follows.
  double share() const { return state_.share; }
  int check_every() const;
  /// Updates before the learning rate is full.
  int warm_up() const;

  /// An update is made, and took so long.
  void advance(double seconds);
  void look_took(double seconds) { state_.look = seconds; }
  /// Plans anew for the seconds that are left.
  void plan(double left);

 private:
  int more_in(double left) const;

  PaceOptions options_;
  State state_;
  int planned_;
};

}  // namespace forecart::lstm
