// A world in sentences, for whoever has not learnt to read its file.
#pragma once

#include <ostream>
#include <string>

#include "sim/scenario/scenario.h"

namespace leasehold::sim {

/// "600 s", "1.5 ms": exactly, in the unit that reads best.
std::string spoken(Length length);

/// What the world assumes, who does what in it and what goes wrong, a sentence a line under its
/// headings. What comes of it depends on an algorithm and is not told.
void explain(std::ostream& out, const Scenario& scenario);

}  // namespace leasehold::sim
