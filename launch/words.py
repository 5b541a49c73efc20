"""What `run.py` says, in English and Simplified Chinese by the user's locale."""

from __future__ import annotations

import os
import sys

WORDS: dict[str, tuple[str, str]] = {
    "making_venv": (
        "Making Evertill's own Python environment in .venv …",
        "正在创建 Evertill 自己的 Python 环境（.venv）…",
    ),
    "installing": (
        "Installing {count} pinned packages (once; a few minutes) …",
        "正在安装 {count} 个锁定版本的软件包（仅一次，需几分钟）…",
    ),
    "progress": ("  {done} of {count}: {name}", "  {done}/{count}：{name}"),
    "install_failed": (
        "The packages could not be installed; nothing else was changed. The installer's last words:",
        "软件包安装失败；其他内容未作更改。安装程序的最后输出：",
    ),
    "install_again": (
        "Check the network, then run the same command again: it goes on where it stopped.",
        "请检查网络后重新运行同一命令：将从中断处继续。",
    ),
    "libraries": ("Installing system libraries: {packages} …", "正在安装系统库：{packages} …"),
    "libraries_by_hand": (
        "System libraries are missing, and this user may not install them. Run this, then start again:",
        "缺少系统库，且当前用户无权安装。请先运行以下命令，然后重新启动：",
    ),
    "libraries_unknown": (
        "System libraries are missing: {libraries}. Install your distribution's packages that hold them.",
        "缺少系统库：{libraries}。请安装您的发行版中包含它们的软件包。",
    ),
    "libraries_failed": (
        "The system libraries could not be installed. Run this to see why, then start again:",
        "系统库安装失败。请运行以下命令查看原因，然后重新启动：",
    ),
    "no_browser": (
        "There is no Chromium with its driver: the storefront's stories in a browser are skipped.",
        "未找到 Chromium 及其驱动：跳过网店的浏览器测试。",
    ),
    "judge": (
        "Installing emupos, an independent judge of receipts (once) …",
        "正在安装独立的小票检验工具 emupos（仅一次）…",
    ),
    "judge_failed": (
        "emupos could not be installed: its tests are skipped.",
        "emupos 无法安装，相关测试将跳过。",
    ),
    "no_judge": (
        "No Python 3.13 or newer was found for emupos: its tests are skipped.",
        "未找到 emupos 所需的 Python 3.13 或更高版本，相关测试将跳过。",
    ),
    "translations": ("Compiling translations …", "正在编译翻译文件…"),
    "translations_failed": ("A translation file could not be compiled:", "有翻译文件无法编译："),
    "fonts_failed": ("The screen's fonts could not be prepared:", "无法准备界面字体："),
    "ready": ("Set-up is complete.", "安装完成。"),
    "loading_demo": (
        "Loading the demo shop: {products:,} products, promotions, members …",
        "正在载入演示门店：{products:,} 种商品、促销、会员…",
    ),
    "starting_centre": ("Starting the centre …", "正在启动中心服务器…"),
    "no_display": (
        "There is no display here ({why}), so the scripted day runs offscreen, through the real screens.",
        "此处没有显示器（{why}），因此将在后台通过真实界面运行“脚本日”。",
    ),
    "no_display_set": ("neither DISPLAY nor WAYLAND_DISPLAY is set", "未设置 DISPLAY 或 WAYLAND_DISPLAY"),
    "display_silent": ("display {display} does not answer", "显示 {display} 无响应"),
    "as_asked": ("as asked with --offscreen", "按 --offscreen 的要求"),
    "address_centre": ("  centre (back office)   {url}", "  中心（后台管理）   {url}"),
    "sign_in": (
        "    sign in there as     {name}, password {password}",
        "    登录名               {name}，密码 {password}",
    ),
    "address_shop": ("  storefront             {url}/shop", "  网上商店         {url}/shop"),
    "address_openapi": (
        "  its OpenAPI            {url}/openapi.json",
        "  其 OpenAPI         {url}/openapi.json",
    ),
    "address_printer": (
        "  receipt printer        tcp://127.0.0.1:{port} (paper in {folder})",
        "  小票打印机         tcp://127.0.0.1:{port}（纸样在 {folder}）",
    ),
    "address_data": ("  data of this demo      {folder}", "  演示数据           {folder}"),
    "running": ("Evertill is running:", "Evertill 正在运行："),
    "till_opens": (
        "The till's window is opening. Staff badge STF0001, PIN 1111. Ctrl-C stops everything.",
        "收银窗口正在打开。员工卡 STF0001，PIN 1111。按 Ctrl-C 全部停止。",
    ),
    "day_done": (
        "The scripted day passed. Screens, receipts and a summary are in {folder}",
        "脚本日已通过。界面截图、小票与摘要位于 {folder}",
    ),
    "day_failed": (
        "The scripted day failed; what it left is in {folder}",
        "脚本日失败；其留下的内容位于 {folder}",
    ),
    "died": (
        "The {name} stopped by itself (exit code {code}). Its last words:",
        "{name} 意外退出（退出码 {code}）。其最后输出：",
    ),
    "too_slow": (
        "The {name} did not start within {seconds} s. Its last words:",
        "{name} 未能在 {seconds} 秒内启动。其最后输出：",
    ),
    "command_failed": ("The {name} failed (exit code {code}):", "{name} 失败（退出码 {code}）："),
    "whole_log": ("The whole log: {path}", "完整日志：{path}"),
    "stopping": ("Stopping …", "正在停止…"),
    "stopped": ("Everything is stopped; the data is kept.", "已全部停止；数据已保留。"),
    "fresh": ("Starting over: {folder} is removed.", "重新开始：已删除 {folder}。"),
    "fresh_refused": (
        "{folder} holds something that is not a demo of Evertill, so it is not removed.",
        "{folder} 中有不属于 Evertill 演示的内容，因此未删除。",
    ),
    "check_step": ("{state}  {name}", "{state}  {name}"),
    "check_passed": ("All checks passed.", "全部检查通过。"),
    "check_failed": ("{count} of {total} checks failed.", "{total} 项检查中有 {count} 项失败。"),
    "pictures_done": ("The pictures are in {folder}", "图片位于 {folder}"),
    "lock_done": (
        "requirements.lock and requirements-dev.lock are written.",
        "已写入 requirements.lock 与 requirements-dev.lock。",
    ),
    "unknown_task": (
        "There is no task “{task}”. The tasks are: {tasks}",
        "没有任务“{task}”。可用任务：{tasks}",
    ),
    "name_centre": ("centre", "中心服务器"),
    "name_printer": ("receipt printer", "小票打印机"),
    "name_till": ("till", "收银端"),
    "name_demo_data": ("loading of demo data", "演示数据载入"),
    "name_people": ("list of people", "人员名单"),
    "name_enrolment": ("making of an enrolment code", "注册码生成"),
}


def chinese(environ: dict[str, str] | None = None) -> bool:
    """Say whether the user reads Chinese: the first of LC_ALL, LC_MESSAGES, LANG that is set decides."""
    variables = dict(os.environ) if environ is None else environ
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if variables.get(name):
            return variables[name].lower().startswith("zh")
    return False


def word(key: str, **values: object) -> str:
    """Return the sentence `key` in the user's language, with its values filled in."""
    return WORDS[key][1 if chinese() else 0].format(**values)


def say(key: str, **values: object) -> None:
    """Print the sentence `key` at once (children print to the same place)."""
    print(word(key, **values), flush=True)


def say_text(text: str) -> None:
    """Print text that has no translation: a command, another program's words."""
    print(text, flush=True)


def open_mouth() -> None:
    """Make printing total: a console that cannot show a character gets a substitute, not a crash."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
