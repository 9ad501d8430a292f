// The files of sim/report/page, as they were when this program was built.
#pragma once

#include <string>

namespace leasehold::sim {

// The build makes their definitions (cmake/embed.cmake).
std::string page_html();
std::string page_css();
/// The scripts, in the order in which they stand in the page.
std::string page_scale_js();
std::string page_world_js();
std::string page_layout_js();
std::string page_draw_js();
std::string page_marks_js();
std::string page_steer_js();
std::string page_start_js();

}  // namespace leasehold::sim
