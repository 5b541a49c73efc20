"""What the centre refuses, and the sentence it says in both languages."""

from __future__ import annotations

from retail.catalogue import LocalisedText
from sync.protocol import ErrorAnswer

REFUSALS: dict[str, tuple[int, LocalisedText]] = {
    "not_enrolled": (
        401,
        LocalisedText(
            "This till is not enrolled, or its token is no longer valid. Sales stay safe on the till; "
            "enrol it again with a new code.",
            "本收银机尚未登记，或令牌已失效。销售记录安全保存在收银机上；请用新的登记码重新登记。",
        ),
    ),
    "token_expired": (
        401,
        LocalisedText(
            "The short token of this till has expired. Nothing was stored; get a new one.",
            "本收银机的短期令牌已过期。未保存任何内容；请重新获取。",
        ),
    ),
    "challenge_refused": (
        401,
        LocalisedText(
            "This challenge was not made here for this till, or is too old. Ask for another.",
            "该质询并非由本中心为本机生成，或已过期。请重新获取。",
        ),
    ),
    "key_needed": (
        401,
        LocalisedText(
            "This till proves itself with its own key now; its old token alone opens nothing any more.",
            "本收银机现已使用自己的密钥验证身份，仅凭旧令牌无法访问。",
        ),
    ),
    "signature_refused": (
        401,
        LocalisedText(
            "The request is not signed by this till's key as it stands. Nothing was stored. If the till has "
            "lost its key, enrol it again with a new code; its sales stay safe on it.",
            "请求未由本收银机的密钥正确签名。未保存任何内容。如密钥已丢失，请用新的登记码重新登记；销售记录仍安全保存在收银机上。",
        ),
    ),
    "till_revoked": (
        403,
        LocalisedText(
            "This till's access was taken away. It may go on selling and keeps every sale; nothing is taken "
            "from it until somebody enrols it again.",
            "本收银机的访问权限已被撤销。仍可继续销售并保留所有销售记录；重新登记之前，中心不再接收其数据。",
        ),
    ),
    "other_till": (
        403,
        LocalisedText(
            "This code makes another till than this one. Nothing was changed; ask for a code of this till.",
            "该登记码对应另一台收银机。未作任何更改；请索取本机的登记码。",
        ),
    ),
    "no_authority": (
        404,
        LocalisedText(
            "This centre has no certificate authority of its own.", "本中心没有自己的证书颁发机构。"
        ),
    ),
    "notice_refused": (
        401,
        LocalisedText(
            "This notice is not the provider's. Nothing was done.",
            "该通知并非来自支付服务商。未执行任何操作。",
        ),
    ),
    "provider_silent": (
        503,
        LocalisedText(
            "The payment provider does not answer. Nothing was charged twice; try again in a moment.",
            "支付服务暂无响应。不会重复扣款；请稍后再试。",
        ),
    ),
    "unknown_channel": (
        401,
        LocalisedText(
            "This key belongs to no channel, or was withdrawn. Nothing was done; ask for a new one.",
            "该密钥不属于任何渠道，或已被撤销。未执行任何操作；请向商家索取新的密钥。",
        ),
    ),
    "till_replaced": (
        403,
        LocalisedText(
            "Another device has taken this till's place. It may still send its sales, nothing else.",
            "另一台设备已接替本收银机。本机只能继续上传销售记录。",
        ),
    ),
    "other_device": (
        403,
        LocalisedText(
            "The journal belongs to another device than the token. Nothing was stored.",
            "日志所属设备与令牌不符。未保存任何内容。",
        ),
    ),
    "code_refused": (
        403,
        LocalisedText(
            "This enrolment code is unknown, used or expired. Ask the back office for a new one.",
            "登记码无效、已使用或已过期。请向后台索取新的登记码。",
        ),
    ),
    "no_till_number": (
        403,
        LocalisedText(
            "Every till number of this store is taken. Ask the back office for a code that names one.",
            "该门店的收银机编号已用完。请向后台索取指定编号的登记码。",
        ),
    ),
    "bad_request": (
        400,
        LocalisedText("The request cannot be read. Nothing was stored.", "无法读取请求。未保存任何内容。"),
    ),
    "mixed_batch": (
        400,
        LocalisedText(
            "A batch must hold one journal in ascending numbers. Nothing was stored.",
            "每批只能包含同一日志且编号递增的记录。未保存任何内容。",
        ),
    ),
    "sign_in_needed": (
        401,
        LocalisedText(
            "Please sign in. Nobody is signed in here, or the last time was too long ago.",
            "请登录。尚未登录，或登录已过期。",
        ),
    ),
    "not_for_your_role": (
        403,
        LocalisedText(
            "Your role may not do this. Nothing was changed; ask an owner if you need it.",
            "您的角色无权执行此操作。未作任何更改；如有需要请联系店主。",
        ),
    ),
    "not_your_store": (
        403,
        LocalisedText(
            "This belongs to a store that is not yours. Nothing was changed.",
            "该内容属于您无权管理的门店。未作任何更改。",
        ),
    ),
    "not_in_the_table": (
        403,
        LocalisedText("Nobody may do this here.", "此处不允许任何人执行此操作。"),
    ),
    "form_refused": (
        403,
        LocalisedText(
            "This did not come from a page of this centre, or the page is too old. Nothing was changed; "
            "open the page again.",
            "该请求并非来自本中心的页面，或页面已失效。未作任何更改；请重新打开页面。",
        ),
    ),
    "no_store": (404, LocalisedText("There is no such store.", "没有这个门店。")),
    "no_row": (
        404,
        LocalisedText(
            "It is not there. Perhaps somebody has removed it meanwhile.", "没有找到。可能已被其他人删除。"
        ),
    ),
    "not_found": (404, LocalisedText("There is nothing at this address.", "此地址没有内容。")),
    "method_not_allowed": (
        405,
        LocalisedText("This address does not take that method.", "此地址不支持该方法。"),
    ),
    "unknown_stream": (404, LocalisedText("There is no such stream.", "没有这个数据流。")),
    "unknown_receipt": (
        404,
        LocalisedText(
            "No receipt and no order has this number. A till that is offline may still hold it.",
            "没有此编号的小票或订单。离线的收银机可能尚未上传。",
        ),
    ),
    "order_without_receipt": (
        404,
        LocalisedText(
            "Nothing was paid for this order, or nobody knows for which goods, so it has no receipt.",
            "该订单没有付款记录，或无法对应到商品，因此没有可退货的小票。",
        ),
    ),
    "order_not_handed_over": (
        409,
        LocalisedText(
            "Nothing of this order was handed over yet, so there is nothing to return. It can be cancelled, "
            "or goods be refused, at the collection desk.",
            "该订单尚未交付，无可退货品。请在取货台取消订单或拒收商品。",
        ),
    ),
    "many_receipts": (
        409,
        LocalisedText(
            "More than one sale has this number. Return the goods at the till that sold them.",
            "有多笔销售使用此编号。请在售出的收银台退货。",
        ),
    ),
    "no_snapshot": (
        404,
        LocalisedText(
            "There is no such snapshot, or no longer. Ask for the newest one.",
            "没有这个快照，或已被更新的快照取代。请获取最新快照。",
        ),
    ),
    "no_such_range": (
        416,
        LocalisedText("The file ends before that.", "文件没有这么长。"),
    ),
    "no_picture": (404, LocalisedText("There is no such picture.", "没有这张图片。")),
    "conflict": (
        409,
        LocalisedText(
            "The centre already has another record under the same number. "
            "Both are kept for a person to judge.",
            "中心已有相同编号但内容不同的记录。两份均已保留，等待人工处理。",
        ),
    ),
    "too_large": (
        413,
        LocalisedText(
            "The request is larger than agreed. Send smaller batches; nothing was stored.",
            "请求超过约定大小。请分成更小的批次发送；未保存任何内容。",
        ),
    ),
    "unsupported_encoding": (
        415,
        LocalisedText("This content encoding is not understood. Use zstd or none.", "不支持该内容编码。"),
    ),
    "protocol_mismatch": (
        426,
        LocalisedText(
            "Till and centre speak different versions. Go on selling, and update the older one.",
            "收银机与中心的协议版本不一致。可继续销售，请更新较旧的一方。",
        ),
    ),
    "busy": (
        429,
        LocalisedText(
            "The centre has as much in work as it can take. Nothing is lost; it is sent again in a moment.",
            "中心目前任务已满。数据不会丢失，稍后将自动重发。",
        ),
    ),
    "too_slow": (
        408,
        LocalisedText(
            "The request did not arrive in time. Nothing was stored; send it again.",
            "请求未能及时送达。未保存任何内容；请重新发送。",
        ),
    ),
    "too_many_requests": (
        429,
        LocalisedText("Too many requests. Try again a little later.", "请求过于频繁，请稍后再试。"),
    ),
    "centre_failed": (
        500,
        LocalisedText(
            "The centre could not do this. Nothing was stored; try again later.",
            "中心未能完成处理。未保存任何内容；请稍后再试。",
        ),
    ),
}
"""Every refusal by its stable code: HTTP status and sentence."""


class Refused(Exception):
    """A request that is refused for a reason in `REFUSALS`; `detail` goes into both sentences."""

    def __init__(
        self,
        code: str,
        detail: str = "",
        *,
        retry_after_seconds: int = 0,
        acked_seq: int | None = None,
        conflicts: tuple[int, ...] = (),
    ) -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail
        self.retry_after_seconds = retry_after_seconds
        self.acked_seq = acked_seq
        self.conflicts = conflicts

    @property
    def status(self) -> int:
        """The HTTP status."""
        return REFUSALS[self.code][0]

    @property
    def answer(self) -> ErrorAnswer:
        """The body of the answer."""
        sentence = REFUSALS[self.code][1]
        if not self.detail:
            return ErrorAnswer(
                code=self.code, message=sentence, acked_seq=self.acked_seq, conflicts=self.conflicts
            )
        return ErrorAnswer(
            code=self.code,
            message=LocalisedText(f"{sentence.en} ({self.detail})", f"{sentence.zh}（{self.detail}）"),
            acked_seq=self.acked_seq,
            conflicts=self.conflicts,
        )
