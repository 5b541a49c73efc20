<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>ApprovalDesk</name>
    <message>
        <source>Checking the PIN …</source>
        <translation>正在核对密码…</translation>
    </message>
    <message>
        <source>PIN</source>
        <translation>密码</translation>
    </message>
    <message>
        <source>Approve</source>
        <translation>批准</translation>
    </message>
    <message>
        <source>Scan a badge, or type a PIN</source>
        <translation>扫描工牌或输入密码</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Reason, if there is one</source>
        <translation>原因（可不选）</translation>
    </message>
</context>
<context>
    <name>ApprovalTexts</name>
    <message>
        <source>Price of {name}: {before} → {after}</source>
        <translation>{name} 改价：{before} → {after}</translation>
    </message>
    <message>
        <source>Give up this sale: {amount}</source>
        <translation>作废整单：{amount}</translation>
    </message>
    <message>
        <source>Void {name}: {amount}</source>
        <translation>删除 {name}：{amount}</translation>
    </message>
    <message>
        <source>Open the drawer: {reason}</source>
        <translation>开钱箱：{reason}</translation>
    </message>
    <message>
        <source>Sell what is promised online: {name}</source>
        <translation>售出线上已预留的商品：{name}</translation>
    </message>
    <message>
        <source>Pay back {amount} for receipt {number}</source>
        <translation>小票 {number} 退款 {amount}</translation>
    </message>
    <message>
        <source>Print receipt {number} again</source>
        <translation>重打小票 {number}</translation>
    </message>
    <message>
        <source>Approval</source>
        <translation>批准</translation>
    </message>
    <message>
        <source>Discount {percent} on {name}: {amount}</source>
        <translation>{name} 折扣 {percent}：{amount}</translation>
    </message>
    <message>
        <source>Discount {percent} on the sale: {amount}</source>
        <translation>整单折扣 {percent}：{amount}</translation>
    </message>
    <message>
        <source>Discount on {name}: {amount}</source>
        <translation>{name} 折扣：{amount}</translation>
    </message>
    <message>
        <source>Discount on the sale: {amount}</source>
        <translation>整单折扣：{amount}</translation>
    </message>
    <message>
        <source>Nobody does this alone: a second person allows it.</source>
        <translation>此操作不能一人完成，需要第二人批准。</translation>
    </message>
    <message>
        <source>This is more than {name} may give alone.</source>
        <translation>超出 {name} 的权限。</translation>
    </message>
    <message>
        <source>{name} may not do this alone.</source>
        <translation>{name} 不能单独执行此操作。</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>May approve: {roles}</source>
        <translation>可批准：{roles}</translation>
    </message>
    <message>
        <source>Customer left</source>
        <translation>顾客离开</translation>
    </message>
    <message>
        <source>Cannot pay</source>
        <translation>无法付款</translation>
    </message>
    <message>
        <source>Mistake</source>
        <translation>录错</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>培训</translation>
    </message>
    <message>
        <source>Goodwill</source>
        <translation>优待顾客</translation>
    </message>
    <message>
        <source>Complaint</source>
        <translation>投诉</translation>
    </message>
    <message>
        <source>Agreed</source>
        <translation>已议定</translation>
    </message>
    <message>
        <source>Damaged</source>
        <translation>破损</translation>
    </message>
    <message>
        <source>Short date</source>
        <translation>临期</translation>
    </message>
    <message>
        <source>Shelf price</source>
        <translation>货架标价</translation>
    </message>
</context>
<context>
    <name>BandWriter</name>
    <message>
        <source>No order is chosen</source>
        <translation>没有选中订单</translation>
    </message>
    <message>
        <source>{count} orders in one walk</source>
        <translation>{count} 个订单一起拣</translation>
    </message>
    <message>
        <source>Start picking</source>
        <translation>开始拣货</translation>
    </message>
    <message>
        <source>Pick {count} together</source>
        <translation>{count} 单一起拣</translation>
    </message>
    <message>
        <source>Hand over</source>
        <translation>交货</translation>
    </message>
    <message>
        <source>Put back</source>
        <translation>放回货架</translation>
    </message>
    <message>
        <source>All is back</source>
        <translation>已全部放回</translation>
    </message>
    <message>
        <source>Put away</source>
        <translation>上架待取</translation>
    </message>
    <message>
        <source>Take over</source>
        <translation>接手</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续拣货</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Pick list</source>
        <translation>拣货单</translation>
    </message>
    <message>
        <source>Nothing of this order is left to pick.</source>
        <translation>这个订单没有要拣的了。</translation>
    </message>
    <message>
        <source>Tell customer</source>
        <translation>通知顾客</translation>
    </message>
    <message>
        <source>The customer is told when the order is ready; then a reminder can be sent.</source>
        <translation>订单备好时会通知顾客，之后才能发提醒。</translation>
    </message>
    <message>
        <source>{items}, about {span} to pick</source>
        <translation>{items}，约需 {span}</translation>
    </message>
    <message>
        <source>{count} to go</source>
        <translation>还剩 {count}</translation>
    </message>
    <message>
        <source>{count} short</source>
        <translation>缺货 {count}</translation>
    </message>
    <message>
        <source>{count} asked</source>
        <translation>待答复 {count}</translation>
    </message>
    <message>
        <source>{items} to put back</source>
        <translation>{items}待放回</translation>
    </message>
</context>
<context>
    <name>CardWriter</name>
    <message>
        <source>1 item</source>
        <translation>1 件</translation>
    </message>
    <message>
        <source>{count} items</source>
        <translation>{count} 件</translation>
    </message>
    <message>
        <source>Collect {window}</source>
        <translation>取货 {window}</translation>
    </message>
    <message>
        <source>Due {amount}</source>
        <translation>待付 {amount}</translation>
    </message>
    <message>
        <source>Check ID {age}+</source>
        <translation>查验证件 {age}+</translation>
    </message>
    <message>
        <source>Customer is here</source>
        <translation>顾客已到</translation>
    </message>
    <message>
        <source>At risk: {count}</source>
        <translation>可能缺货 {count}</translation>
    </message>
    <message>
        <source>Asked customer about 1 swap</source>
        <translation>已问顾客 1 项替换</translation>
    </message>
    <message>
        <source>Asked customer about {count} swaps</source>
        <translation>已问顾客 {count} 项替换</translation>
    </message>
    <message>
        <source>Other store?</source>
        <translation>其他门店？</translation>
    </message>
    <message>
        <source>From {store}</source>
        <translation>来自{store}</translation>
    </message>
    <message>
        <source>To put away</source>
        <translation>待上架</translation>
    </message>
    <message>
        <source>not put away</source>
        <translation>未上架</translation>
    </message>
    <message>
        <source>1 bag</source>
        <translation>1 袋</translation>
    </message>
    <message>
        <source>{count} bags</source>
        <translation>{count} 袋</translation>
    </message>
    <message>
        <source>Paused for {name}</source>
        <translation>暂停，待 {name}</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>{done} of {all}</source>
        <translation>{done} / {all}</translation>
    </message>
    <message>
        <source>Ready {span}</source>
        <translation>已备好 {span}</translation>
    </message>
    <message>
        <source>Here now</source>
        <translation>刚到</translation>
    </message>
    <message>
        <source>Here, {span}</source>
        <translation>已到 {span}</translation>
    </message>
    <message>
        <source>Return to stock</source>
        <translation>退回库存</translation>
    </message>
    <message>
        <source>Return to stock {time}</source>
        <translation>{time} 退回库存</translation>
    </message>
    <message>
        <source>{count} min</source>
        <translation>{count} 分钟</translation>
    </message>
    <message>
        <source>{count} h</source>
        <translation>{count} 小时</translation>
    </message>
    <message>
        <source>{count} days</source>
        <translation>{count} 天</translation>
    </message>
</context>
<context>
    <name>ColumnWriter</name>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>New</source>
        <translation>新订单</translation>
    </message>
    <message>
        <source>Picking</source>
        <translation>拣货中</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>待取</translation>
    </message>
    <message>
        <source>soonest first</source>
        <translation>最急的在前</translation>
    </message>
    <message>
        <source>scan a tote to open</source>
        <translation>扫周转箱打开</translation>
    </message>
    <message>
        <source>customers here first</source>
        <translation>已到的顾客在前</translation>
    </message>
    <message>
        <source>{count} marked</source>
        <translation>已选 {count}</translation>
    </message>
    <message>
        <source>Nothing fits the filter</source>
        <translation>没有符合筛选的订单</translation>
    </message>
    <message>
        <source>Esc shows every order again.</source>
        <translation>按 Esc 重新显示全部订单。</translation>
    </message>
    <message>
        <source>No new order</source>
        <translation>没有新订单</translation>
    </message>
    <message>
        <source>The next one rings and stands here.</source>
        <translation>有新订单会响铃并出现在这里。</translation>
    </message>
    <message>
        <source>Nobody is picking</source>
        <translation>没有人在拣货</translation>
    </message>
    <message>
        <source>Choose a new order, press Enter.</source>
        <translation>选一个新订单，按 Enter。</translation>
    </message>
    <message>
        <source>Nothing to collect</source>
        <translation>没有待取的订单</translation>
    </message>
    <message>
        <source>Orders that are picked wait here.</source>
        <translation>拣好的订单在这里等待。</translation>
    </message>
    <message>
        <source>due within {minutes} min</source>
        <translation>{minutes} 分钟内到时</translation>
    </message>
    <message>
        <source>late</source>
        <translation>已超时</translation>
    </message>
</context>
<context>
    <name>DeskSentences</name>
    <message>
        <source>is not ready yet. Ask the picker, or let the customer wait.</source>
        <translation>尚未备好。请询问拣货员，或请顾客稍候。</translation>
    </message>
    <message>
        <source>was not collected in time: its goods go back. Ask a supervisor.</source>
        <translation>逾期未取，商品将退回货架。请询问主管。</translation>
    </message>
    <message>
        <source>was cancelled. Nothing is handed over.</source>
        <translation>已取消，不得交付任何商品。</translation>
    </message>
    <message>
        <source>Nothing of the order could be had. The customer pays nothing.</source>
        <translation>订单商品全部缺货，顾客无需付款。</translation>
    </message>
    <message>
        <source>This code was not made by this store. Hand nothing over; ask for the order and an ID.</source>
        <translation>此码不是本店生成的。不得交付；请顾客出示订单和证件。</translation>
    </message>
    <message>
        <source>This order waits in another store: {detail}.</source>
        <translation>此订单在另一家门店：{detail}。</translation>
    </message>
    <message>
        <source>This code is not of this chain, or it is too old. Search by name.</source>
        <translation>此码不属于本连锁，或已过旧。请按姓名查找。</translation>
    </message>
    <message>
        <source>The code is genuine, but the order has not reached this till. Wait for the network.</source>
        <translation>此码有效，但订单尚未到达本收银台。请等待网络。</translation>
    </message>
    <message>
        <source>That code cannot be read, or a digit is wrong. Scan again, or ask for the digits again.</source>
        <translation>此码无法读取，或有一位数字有误。请重新扫描，或再问一次数字。</translation>
    </message>
    <message>
        <source>No order here has these digits. Ask for them again.</source>
        <translation>这里没有此数字的订单。请再问一次。</translation>
    </message>
    <message>
        <source>Wrong digits too often: wait {detail} s. Scanning goes on working.</source>
        <translation>数字错误次数过多：请等待 {detail} 秒。仍可扫码。</translation>
    </message>
    <message>
        <source>This store hands over no online orders.</source>
        <translation>本店不交付线上订单。</translation>
    </message>
    <message>
        <source>This order was handed over already. Hand nothing over again.</source>
        <translation>此订单已交付，不得再次交付。</translation>
    </message>
    <message>
        <source>was handed over by {name} on {day} at {time}. Hand nothing over again.</source>
        <translation>已于{day} {time}由{name}交付，不得再次交付。</translation>
    </message>
    <message>
        <source>is open. Check who collects.</source>
        <translation>已打开。请核对领取人。</translation>
    </message>
    <message>
        <source>the pickup code matches</source>
        <translation>取货码相符</translation>
    </message>
    <message>
        <source>The name was checked on a document</source>
        <translation>已核对证件姓名</translation>
    </message>
    <message>
        <source>The age was checked</source>
        <translation>已核对年龄</translation>
    </message>
    <message>
        <source>Noted who collects</source>
        <translation>已记录领取人</translation>
    </message>
    <message>
        <source>is here</source>
        <translation>已到</translation>
    </message>
    <message>
        <source>tick taken back</source>
        <translation>已取消勾选</translation>
    </message>
    <message>
        <source>stays here this time</source>
        <translation>本次留下</translation>
    </message>
    <message>
        <source>goes after all</source>
        <translation>还是一并交付</translation>
    </message>
    <message>
        <source>Scan what is given back, one scan a piece. F8 ends it.</source>
        <translation>请扫描退回的商品，每件扫一次。F8 结束。</translation>
    </message>
    <message>
        <source>Nothing more is given back</source>
        <translation>退回结束</translation>
    </message>
    <message>
        <source>The order was put aside</source>
        <translation>订单已放到一边</translation>
    </message>
    <message>
        <source>The paper slip was taken off the bags</source>
        <translation>纸质交接单已取下</translation>
    </message>
    <message>
        <source>stays here and is not charged</source>
        <translation>留下，不收费</translation>
    </message>
    <message>
        <source>given back, not charged</source>
        <translation>已退回，不收费</translation>
    </message>
    <message>
        <source>The member&apos;s card is the customer&apos;s</source>
        <translation>会员卡属于该顾客</translation>
    </message>
    <message>
        <source>{money} to pay</source>
        <translation>待付 {money}</translation>
    </message>
    <message>
        <source>Nothing was paid. The order stays open.</source>
        <translation>未付款。订单保持打开。</translation>
    </message>
    <message>
        <source>handed over. Thank the customer.</source>
        <translation>已交付。请感谢顾客。</translation>
    </message>
    <message>
        <source>handed over in part: the rest stays here</source>
        <translation>部分交付：其余留在店内</translation>
    </message>
    <message>
        <source>Taken back</source>
        <translation>已撤回</translation>
    </message>
    <message>
        <source>is another order. Open it instead?</source>
        <translation>是另一个订单。要改为打开它吗？</translation>
    </message>
    <message>
        <source>Nothing is due: hand the bags over.</source>
        <translation>无需付款：请交付袋子。</translation>
    </message>
    <message>
        <source>Money was taken for this order: complete the payment, or give it back first.</source>
        <translation>此订单已收款：请先完成付款，或先退还。</translation>
    </message>
    <message>
        <source>does not belong to this order. Take it back to its place.</source>
        <translation>不属于此订单。请放回原处。</translation>
    </message>
    <message>
        <source>was scanned already</source>
        <translation>已扫描过</translation>
    </message>
    <message>
        <source>is in none of these bags. Nothing was changed.</source>
        <translation>不在这些袋子里。未作更改。</translation>
    </message>
    <message>
        <source>is not in the catalogue</source>
        <translation>不在商品目录中</translation>
    </message>
    <message>
        <source>That code cannot be read. Scan again.</source>
        <translation>此码无法读取。请重新扫描。</translation>
    </message>
    <message>
        <source>This member&apos;s card is not the customer&apos;s. Check who collects.</source>
        <translation>此会员卡不属于该顾客。请核对领取人。</translation>
    </message>
    <message>
        <source>This code means nothing here. Nothing was changed.</source>
        <translation>此码在这里没有用。未作更改。</translation>
    </message>
    <message>
        <source>Open an order first: scan the pickup code.</source>
        <translation>请先打开订单：扫描取货码。</translation>
    </message>
    <message>
        <source>handed over already</source>
        <translation>已交付</translation>
    </message>
    <message>
        <source>not ready yet</source>
        <translation>尚未备好</translation>
    </message>
    <message>
        <source>only the customer may collect</source>
        <translation>只能由顾客本人领取</translation>
    </message>
    <message>
        <source>code</source>
        <translation>取货码</translation>
    </message>
    <message>
        <source>slip</source>
        <translation>交接单</translation>
    </message>
    <message>
        <source>ID</source>
        <translation>证件</translation>
    </message>
    <message>
        <source>1 bag</source>
        <translation>袋子 1 个</translation>
    </message>
    <message>
        <source>{count} bags</source>
        <translation>袋子 {count} 个</translation>
    </message>
    <message>
        <source>payment</source>
        <translation>付款</translation>
    </message>
    <message>
        <source>signature</source>
        <translation>签名</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>{first} and {last}</source>
        <translation>{first}和{last}</translation>
    </message>
    <message>
        <source>{what} to go</source>
        <translation>还差{what}</translation>
    </message>
    <message>
        <source>Not handed over: {what}.</source>
        <translation>未交付：{what}。</translation>
    </message>
</context>
<context>
    <name>DetailWriter</name>
    <message>
        <source>Due {amount}</source>
        <translation>待付 {amount}</translation>
    </message>
    <message>
        <source>Collect</source>
        <translation>取货</translation>
    </message>
    <message>
        <source>Total</source>
        <translation>合计</translation>
    </message>
    <message>
        <source>Payment</source>
        <translation>付款</translation>
    </message>
    <message>
        <source>Phone</source>
        <translation>电话</translation>
    </message>
    <message>
        <source>Customer is here</source>
        <translation>顾客已到</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>Taken over from</source>
        <translation>转自</translation>
    </message>
    <message>
        <source>Ordered at</source>
        <translation>下单渠道</translation>
    </message>
    <message>
        <source>sold at a counter: it may be missing</source>
        <translation>柜台已卖出，可能缺货</translation>
    </message>
    <message>
        <source>{place}, stock {count}</source>
        <translation>{place}，库存 {count}</translation>
    </message>
    <message>
        <source>swapped</source>
        <translation>已替换</translation>
    </message>
    <message>
        <source>, </source>
        <translation>，</translation>
    </message>
    <message>
        <source>customer asked</source>
        <translation>已问顾客</translation>
    </message>
    <message>
        <source>swap agreed</source>
        <translation>同意替换</translation>
    </message>
    <message>
        <source>picked</source>
        <translation>已拣</translation>
    </message>
    <message>
        <source>short</source>
        <translation>缺货</translation>
    </message>
    <message>
        <source>handed over</source>
        <translation>已交货</translation>
    </message>
    <message>
        <source>refused, to put back</source>
        <translation>顾客不要，待放回</translation>
    </message>
    <message>
        <source>back on the shelf</source>
        <translation>已放回货架</translation>
    </message>
    <message>
        <source>written off</source>
        <translation>已报损</translation>
    </message>
    <message>
        <source>not picked any more</source>
        <translation>不再拣</translation>
    </message>
    <message>
        <source>to put back</source>
        <translation>待放回</translation>
    </message>
    <message>
        <source>Take the mark off</source>
        <translation>取消选择</translation>
    </message>
    <message>
        <source>Mark to pick together</source>
        <translation>选入一起拣</translation>
    </message>
    <message>
        <source>Choose a line first.</source>
        <translation>先选一行。</translation>
    </message>
    <message>
        <source>Back on the shelf</source>
        <translation>放回货架</translation>
    </message>
    <message>
        <source>Write off</source>
        <translation>报损</translation>
    </message>
</context>
<context>
    <name>DeviceRowView</name>
    <message>
        <source>Test</source>
        <translation>测试</translation>
    </message>
</context>
<context>
    <name>DiagnosticsPresenter</name>
    <message>
        <source>This till</source>
        <translation>本机</translation>
    </message>
    <message>
        <source>Link to the centre</source>
        <translation>与中心的连接</translation>
    </message>
    <message>
        <source>Waiting to be sent</source>
        <translation>待发送</translation>
    </message>
    <message>
        <source>From the centre: version, rows, checksum</source>
        <translation>来自中心：版本、行数、校验和</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Till</source>
        <translation>收银机</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Life of the journal</source>
        <translation>日志世代</translation>
    </message>
    <message>
        <source>Centre</source>
        <translation>中心</translation>
    </message>
    <message>
        <source>State of the link</source>
        <translation>连接状态</translation>
    </message>
    <message>
        <source>Last problem</source>
        <translation>最近的问题</translation>
    </message>
    <message>
        <source>Epoch of the centre</source>
        <translation>中心纪元</translation>
    </message>
    <message>
        <source>This clock is ahead by</source>
        <translation>本机时钟快</translation>
    </message>
    <message>
        <source>Records waiting</source>
        <translation>待发送记录</translation>
    </message>
    <message>
        <source>Oldest of them</source>
        <translation>其中最早</translation>
    </message>
    <message>
        <source>Records at the centre</source>
        <translation>已在中心的记录</translation>
    </message>
    <message>
        <source>Next receipt</source>
        <translation>下一张小票</translation>
    </message>
    <message>
        <source>Catalogue</source>
        <translation>商品目录</translation>
    </message>
    <message>
        <source>Prices</source>
        <translation>价格</translation>
    </message>
    <message>
        <source>Members</source>
        <translation>会员</translation>
    </message>
    <message>
        <source>Staff</source>
        <translation>员工</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Stock</source>
        <translation>库存</translation>
    </message>
    <message>
        <source>Orders</source>
        <translation>订单</translation>
    </message>
    <message>
        <source>Mirror of the journal</source>
        <translation>日志镜像</translation>
    </message>
    <message>
        <source>Journal read whole</source>
        <translation>日志完整检查于</translation>
    </message>
    <message>
        <source>What the centre sent</source>
        <translation>中心下发的数据</translation>
    </message>
    <message>
        <source>Free on the disk</source>
        <translation>磁盘剩余空间</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Synced</source>
        <translation>已同步</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>发送中</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>Offline</source>
        <translation>离线</translation>
    </message>
    <message>
        <source>Needs you</source>
        <translation>需要处理</translation>
    </message>
    <message>
        <source>Whole</source>
        <translation>完好</translation>
    </message>
    <message>
        <source>Damaged</source>
        <translation>已损坏</translation>
    </message>
    <message>
        <source>Fetched again</source>
        <translation>已重新获取</translation>
    </message>
    <message>
        <source>Cannot be written</source>
        <translation>无法写入</translation>
    </message>
    <message>
        <source>Behind by {count}</source>
        <translation>落后 {count} 条</translation>
    </message>
    <message>
        <source>Seen</source>
        <translation>知道了</translation>
    </message>
    <message>
        <source>The centre needs a person</source>
        <translation>与中心的连接需要处理</translation>
    </message>
    <message>
        <source>The sales journal is damaged</source>
        <translation>销售日志已损坏</translation>
    </message>
    <message>
        <source>Nothing is lost yet. Finish this customer, then restart the till: it puts it right.</source>
        <translation>目前没有丢失数据。接待完这位顾客后请重启收银机，程序会自动修复。</translation>
    </message>
    <message>
        <source>The sales journal was damaged and is put right</source>
        <translation>销售日志曾损坏，现已修复</translation>
    </message>
    <message>
        <source>{0} records kept, {1} of them from the mirror, {2} missing here. The centre was told. Have the disk looked at.</source>
        <translation>保留 {0} 条记录，其中 {1} 条来自镜像，本机缺少 {2} 条。已告知中心。请检查磁盘。</translation>
    </message>
    <message>
        <source>The disk of this till was an older copy</source>
        <translation>本机磁盘是较旧的副本</translation>
    </message>
    <message>
        <source>{0} records kept, {1} of them from the mirror, {2} missing here. It goes on under new numbers. Find out who put the old copy back.</source>
        <translation>保留 {0} 条记录，其中 {1} 条来自镜像，本机缺少 {2} 条。已改用新编号继续。请查明是谁恢复了旧副本。</translation>
    </message>
    <message>
        <source>This till was restored from a backup</source>
        <translation>本机已从备份恢复</translation>
    </message>
    <message>
        <source>{0} records are here. It goes on under new numbers, and the centre was told.</source>
        <translation>现有 {0} 条记录。已改用新编号继续，并已告知中心。</translation>
    </message>
    <message>
        <source>The clock is wrong by {0} minutes</source>
        <translation>时钟相差 {0} 分钟</translation>
    </message>
    <message>
        <source>Selling goes on, with wrong times on receipts. Set the clock of this computer.</source>
        <translation>可以继续销售，但小票上的时间不正确。请校准本机时钟。</translation>
    </message>
    <message>
        <source>The disk is nearly full: {0} MB are free</source>
        <translation>磁盘即将用满：剩余 {0} MB</translation>
    </message>
    <message>
        <source>Free some space. When it is full, no sale can be stored.</source>
        <translation>请清理空间。磁盘用满后无法保存销售。</translation>
    </message>
    <message>
        <source>The sales journal has no mirror</source>
        <translation>销售日志没有镜像</translation>
    </message>
    <message>
        <source>Its folder cannot be written. Selling goes on. Check the disk or the cable.</source>
        <translation>镜像文件夹无法写入。可以继续销售。请检查磁盘或连接线。</translation>
    </message>
    <message>
        <source>What the centre sent is damaged here</source>
        <translation>中心下发的数据在本机已损坏</translation>
    </message>
    <message>
        <source>Selling goes on with what can be read. It is fetched again when the centre answers.</source>
        <translation>可读取的部分继续用于销售。中心有响应时会重新获取。</translation>
    </message>
    <message>
        <source>What the centre sent was damaged, and was fetched again</source>
        <translation>中心下发的数据曾损坏，已重新获取</translation>
    </message>
    <message>
        <source>Nothing is lost. If it happens again, have the disk looked at.</source>
        <translation>没有丢失数据。如再次发生，请检查磁盘。</translation>
    </message>
    <message>
        <source>{0} payments have no result yet</source>
        <translation>{0} 笔付款尚无结果</translation>
    </message>
    <message>
        <source>Open the sale in Pay: the terminal is asked again. Do not charge twice.</source>
        <translation>请在收款界面打开该笔销售，程序会再次询问终端。请勿重复扣款。</translation>
    </message>
</context>
<context>
    <name>EntryPanelView</name>
    <message>
        <source>Confirm</source>
        <translation>确认</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>回答</translation>
    </message>
</context>
<context>
    <name>FeedbackSlot</name>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
</context>
<context>
    <name>HandBackPieces</name>
    <message>
        <source>Hand back</source>
        <translation>找零明细</translation>
    </message>
</context>
<context>
    <name>HandoverBuilder</name>
    <message>
        <source>Scan the pickup code</source>
        <translation>请扫描取货码</translation>
    </message>
    <message>
        <source>or type its six digits, a name, or the end of the phone number</source>
        <translation>或输入六位数字、姓名或电话尾号</translation>
    </message>
    <message>
        <source>Hand over</source>
        <translation>交货</translation>
    </message>
    <message>
        <source>no order is open</source>
        <translation>没有打开的订单</translation>
    </message>
    <message>
        <source>Take payment</source>
        <translation>收款</translation>
    </message>
    <message>
        <source>Customer note</source>
        <translation>顾客留言</translation>
    </message>
    <message>
        <source>“{note}”</source>
        <translation>“{note}”</translation>
    </message>
    <message>
        <source>To pay</source>
        <translation>应收</translation>
    </message>
    <message>
        <source>Nothing to pay</source>
        <translation>无需付款</translation>
    </message>
    <message>
        <source>before the bags change hands</source>
        <translation>交付袋子之前</translation>
    </message>
    <message>
        <source>nothing is due</source>
        <translation>无应付款</translation>
    </message>
    <message>
        <source>{money} goes back to the customer</source>
        <translation>{money} 退还顾客</translation>
    </message>
    <message>
        <source>everything is paid</source>
        <translation>已全部付清</translation>
    </message>
    <message>
        <source>Nothing was drawn. Sign in the field, then confirm.</source>
        <translation>没有签名。请在框内签名后确认。</translation>
    </message>
    <message>
        <source>The drawing is too long. Clear it and sign again.</source>
        <translation>签名过长。请清除后重新签名。</translation>
    </message>
    <message>
        <source>Find an order</source>
        <translation>查找订单</translation>
    </message>
    <message>
        <source>Without the code, a document with the name is checked.</source>
        <translation>没有取货码时，请核对带姓名的证件。</translation>
    </message>
    <message>
        <source>No order here. Enter tries these digits as the pickup code.</source>
        <translation>没有此订单。按 Enter 将这些数字作为取货码。</translation>
    </message>
    <message>
        <source>No order is waiting to be collected.</source>
        <translation>没有待领取的订单。</translation>
    </message>
    <message>
        <source>Nothing found. Try the order number, or fewer letters.</source>
        <translation>未找到。请试订单号，或少输几个字。</translation>
    </message>
    <message>
        <source>Digits, name, or end of the phone number</source>
        <translation>数字、姓名或电话尾号</translation>
    </message>
    <message>
        <source>phone ends {digits}</source>
        <translation>电话尾号 {digits}</translation>
    </message>
</context>
<context>
    <name>HandoverItems</name>
    <message>
        <source>{items} in {bags}</source>
        <translation>{items}，{bags}</translation>
    </message>
    <message>
        <source>To pay</source>
        <translation>应收</translation>
    </message>
    <message>
        <source>Paid</source>
        <translation>已付款</translation>
    </message>
    <message>
        <source>quoted {money}</source>
        <translation>下单时 {money}</translation>
    </message>
    <message>
        <source>{money} paid online</source>
        <translation>已在线支付 {money}</translation>
    </message>
    <message>
        <source>1 item</source>
        <translation>1 件</translation>
    </message>
    <message>
        <source>{count} items</source>
        <translation>{count} 件</translation>
    </message>
    <message>
        <source>1 bag</source>
        <translation>1 袋</translation>
    </message>
    <message>
        <source>{count} bags</source>
        <translation>{count} 袋</translation>
    </message>
    <message>
        <source>ordered online, {day}</source>
        <translation>线上下单，{day}</translation>
    </message>
    <message>
        <source>ordered by {channel}, {day}</source>
        <translation>通过 {channel} 下单，{day}</translation>
    </message>
    <message>
        <source>, </source>
        <translation>，</translation>
    </message>
    <message>
        <source>weighed</source>
        <translation>称重</translation>
    </message>
    <message>
        <source>swap</source>
        <translation>替换</translation>
    </message>
    <message>
        <source>short</source>
        <translation>缺货</translation>
    </message>
    <message>
        <source>not taken</source>
        <translation>未带走</translation>
    </message>
    <message>
        <source>partly gone</source>
        <translation>部分已领</translation>
    </message>
    <message>
        <source>handed over</source>
        <translation>已交付</translation>
    </message>
    <message>
        <source>{quantity}, weighed</source>
        <translation>称重 {quantity}</translation>
    </message>
    <message>
        <source>Swapped: {name}</source>
        <translation>替换：{name}</translation>
    </message>
    <message>
        <source>Not available</source>
        <translation>缺货</translation>
    </message>
    <message>
        <source>{count} not available</source>
        <translation>{count} 件缺货</translation>
    </message>
    <message>
        <source>{count} stays here</source>
        <translation>{count} 件留下</translation>
    </message>
</context>
<context>
    <name>HandoverPage</name>
    <message>
        <source>Hand over, or answer what is asked</source>
        <translation>交付，或回答询问</translation>
    </message>
    <message>
        <source>Find an order, or type the pickup code</source>
        <translation>查找订单，或输入取货码</translation>
    </message>
    <message>
        <source>ID seen</source>
        <translation>已查证件</translation>
    </message>
    <message>
        <source>Refuse item</source>
        <translation>拒售商品</translation>
    </message>
    <message>
        <source>Give back an item</source>
        <translation>退回商品</translation>
    </message>
    <message>
        <source>Take payment</source>
        <translation>收款</translation>
    </message>
    <message>
        <source>More: leave a bag, type the code, take a step back</source>
        <translation>更多：留下袋子、输入取货码、撤回</translation>
    </message>
    <message>
        <source>Slip</source>
        <translation>交接单</translation>
    </message>
    <message>
        <source>Take a step back</source>
        <translation>撤回一步</translation>
    </message>
    <message>
        <source>Not collected</source>
        <translation>未领取</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Type the digits on the screen</source>
        <translation>在屏幕上输入数字</translation>
    </message>
</context>
<context>
    <name>HandoverPanels</name>
    <message>
        <source>The customer signs here</source>
        <translation>请顾客在此签名</translation>
    </message>
    <message>
        <source>With a finger or a pen. It stays with this order.</source>
        <translation>用手指或笔。签名随此订单保存。</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Open that order</source>
        <translation>打开那个订单</translation>
    </message>
    <message>
        <source>The six digits of the pickup code</source>
        <translation>取货码的六位数字</translation>
    </message>
    <message>
        <source>Why is it not taken? {name}</source>
        <translation>为何不领取？{name}</translation>
    </message>
    <message>
        <source>Why is it given back?</source>
        <translation>为何退回？</translation>
    </message>
    <message>
        <source>That is the code of {name}</source>
        <translation>这是 {name} 的取货码</translation>
    </message>
    <message>
        <source>Not collected</source>
        <translation>未领取</translation>
    </message>
    <message>
        <source>Why is the order called off?</source>
        <translation>为何取消订单？</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>Why is it taken back?</source>
        <translation>为何撤回？</translation>
    </message>
    <message>
        <source>The customer reads them out, or shows them in the message</source>
        <translation>请顾客读出，或出示短信</translation>
    </message>
    <message>
        <source>It stays here, is not charged, and goes back to the shelf.</source>
        <translation>留下，不收费，退回货架。</translation>
    </message>
    <message>
        <source>Then scan each item that is given back, one scan a piece.</source>
        <translation>然后扫描退回的每件商品，每件扫一次。</translation>
    </message>
    <message>
        <source>This order stays as it is. Open the other one?</source>
        <translation>此订单保持不变。打开另一个吗？</translation>
    </message>
    <message>
        <source>What happens with the order?</source>
        <translation>如何处理此订单？</translation>
    </message>
    <message>
        <source>Its goods go back to the shelf, what was paid goes back to the customer.</source>
        <translation>商品退回货架，已付款退还顾客。</translation>
    </message>
    <message>
        <source>Not wanted any more</source>
        <translation>不想要了</translation>
    </message>
    <message>
        <source>Damaged</source>
        <translation>破损</translation>
    </message>
    <message>
        <source>Not what was ordered</source>
        <translation>与订购不符</translation>
    </message>
    <message>
        <source>Too young, or no ID</source>
        <translation>未到年龄或无证件</translation>
    </message>
    <message>
        <source>The customer called it off</source>
        <translation>顾客取消</translation>
    </message>
    <message>
        <source>Nobody came</source>
        <translation>无人领取</translation>
    </message>
    <message>
        <source>Mistake</source>
        <translation>录错</translation>
    </message>
    <message>
        <source>Leave a bag here this time</source>
        <translation>本次留下一个袋子</translation>
    </message>
    <message>
        <source>Type the pickup code</source>
        <translation>输入取货码</translation>
    </message>
    <message>
        <source>Take a step back</source>
        <translation>撤回一步</translation>
    </message>
    <message>
        <source>Customer changed their mind</source>
        <translation>顾客改变主意</translation>
    </message>
    <message>
        <source>Keep it one more day</source>
        <translation>再保留一天</translation>
    </message>
    <message>
        <source>Keep it three more days</source>
        <translation>再保留三天</translation>
    </message>
    <message>
        <source>Put the goods back</source>
        <translation>退回货架</translation>
    </message>
    <message>
        <source>Call the order off</source>
        <translation>取消订单</translation>
    </message>
    <message>
        <source>Which item is not taken?</source>
        <translation>哪件商品不领取？</translation>
    </message>
    <message>
        <source>It stays here and is not charged.</source>
        <translation>留下，不收费。</translation>
    </message>
    <message>
        <source>Nothing is left that could be refused.</source>
        <translation>没有可拒收的商品。</translation>
    </message>
    <message>
        <source>Which bag stays here?</source>
        <translation>哪个袋子留下？</translation>
    </message>
    <message>
        <source>The rest is handed over now; this one waits for its customer.</source>
        <translation>其余现在交付；此袋等待顾客。</translation>
    </message>
    <message>
        <source>There is no bag with goods.</source>
        <translation>没有装有商品的袋子。</translation>
    </message>
    <message>
        <source>The newest first. Why is asked next, and kept.</source>
        <translation>最新的在前。接着会询问原因并保存。</translation>
    </message>
    <message>
        <source>Nothing was done here that could be taken back.</source>
        <translation>这里没有可撤回的步骤。</translation>
    </message>
    <message>
        <source>{age}+, needs an ID</source>
        <translation>{age}+，需查证件</translation>
    </message>
    <message>
        <source>stays</source>
        <translation>留下</translation>
    </message>
    <message>
        <source>Handed over</source>
        <translation>已交付</translation>
    </message>
    <message>
        <source>Not taken: {about}</source>
        <translation>未领取：{about}</translation>
    </message>
    <message>
        <source>{time} by {name}</source>
        <translation>{time}，{name}</translation>
    </message>
</context>
<context>
    <name>HandoverPresenter</name>
    <message>
        <source>phone ends {digits}</source>
        <translation>电话尾号 {digits}</translation>
    </message>
    <message>
        <source>Pickup code matches</source>
        <translation>取货码相符</translation>
    </message>
    <message>
        <source>Name checked on a document</source>
        <translation>已核对证件姓名</translation>
    </message>
    <message>
        <source>{code} scanned {time} by {name}</source>
        <translation>{code} 于 {time} 由 {name} 扫描</translation>
    </message>
    <message>
        <source>Seen {time} by {name}</source>
        <translation>{time} 由 {name} 核对</translation>
    </message>
    <message>
        <source>Who collects?</source>
        <translation>谁来领取？</translation>
    </message>
    <message>
        <source>Scan the pickup code, or check a document: {name}</source>
        <translation>请扫描取货码，或核对证件：{name}</translation>
    </message>
    <message>
        <source>Someone else needs the pickup code: scan it, or type the digits.</source>
        <translation>他人代领需要取货码：请扫描或输入数字。</translation>
    </message>
    <message>
        <source>Collected by</source>
        <translation>领取人</translation>
    </message>
    <message>
        <source>Customer</source>
        <translation>顾客本人</translation>
    </message>
    <message>
        <source>Someone with the code</source>
        <translation>凭码代领</translation>
    </message>
    <message>
        <source>This store hands over to the customer only.</source>
        <translation>本店只交付给顾客本人。</translation>
    </message>
    <message>
        <source>Document seen</source>
        <translation>已看证件</translation>
    </message>
    <message>
        <source>Type the code</source>
        <translation>输入取货码</translation>
    </message>
    <message>
        <source>Check ID, {age} or over</source>
        <translation>查验证件，须满 {age} 岁</translation>
    </message>
    <message>
        <source>{count} items</source>
        <translation>{count} 件</translation>
    </message>
    <message>
        <source>Born on or before </source>
        <translation>出生日期须不晚于 </translation>
    </message>
    <message>
        <source>The age was checked.</source>
        <translation>已核对年龄。</translation>
    </message>
    <message>
        <source>. Check the person in front of you.</source>
        <translation>。请核对面前的人。</translation>
    </message>
    <message>
        <source>ID seen</source>
        <translation>已查证件</translation>
    </message>
    <message>
        <source>Refuse item</source>
        <translation>拒售商品</translation>
    </message>
    <message>
        <source>Take the paper slip off the bags</source>
        <translation>取下袋子上的纸质交接单</translation>
    </message>
    <message>
        <source>The slip is here: nobody else can hand these bags over.</source>
        <translation>交接单在此：别人无法再交付这些袋子。</translation>
    </message>
    <message>
        <source>The other tills cannot be heard. No slip on the bags: handed over already.</source>
        <translation>无法联系其他收银台。袋上无单即已交付。</translation>
    </message>
    <message>
        <source>Slip is here</source>
        <translation>交接单在此</translation>
    </message>
    <message>
        <source>bag {number}</source>
        <translation>第 {number} 袋</translation>
    </message>
    <message>
        <source>{bag}, stays</source>
        <translation>{bag}，留下</translation>
    </message>
    <message>
        <source>Bring 1 bag</source>
        <translation>取来 1 个袋子</translation>
    </message>
    <message>
        <source>Bring {count} bags</source>
        <translation>取来 {count} 个袋子</translation>
    </message>
    <message>
        <source>scan each bag label</source>
        <translation>扫描每个袋签</translation>
    </message>
    <message>
        <source>Quoted {shown}, now {charge}: items were given back.</source>
        <translation>下单时 {shown}，退回商品后为 {charge}。</translation>
    </message>
    <message>
        <source>Quoted {shown}, changed to {charge} after picking.</source>
        <translation>下单时 {shown}，拣货后为 {charge}。</translation>
    </message>
    <message>
        <source>{before} {money} of it came online: paying hands the bags over, so it comes last.</source>
        <translation>{before}其中 {money} 已在线支付：收款即交货，所以最后收款。</translation>
    </message>
    <message>
        <source>{before} Customer told {time}.</source>
        <translation>{before}{time} 已告知顾客。</translation>
    </message>
    <message>
        <source>Pay on collection</source>
        <translation>领取时付款</translation>
    </message>
    <message>
        <source>{money} is paid.</source>
        <translation>已付 {money}。</translation>
    </message>
    <message>
        <source>{money} is paid, {refund} goes back to the customer.</source>
        <translation>已付 {money}，{refund} 退还顾客。</translation>
    </message>
    <message>
        <source>Nothing to pay</source>
        <translation>无需付款</translation>
    </message>
    <message>
        <source>Signature</source>
        <translation>签名</translation>
    </message>
    <message>
        <source>The customer has signed.</source>
        <translation>顾客已签名。</translation>
    </message>
    <message>
        <source>This store asks for one.</source>
        <translation>本店要求签名。</translation>
    </message>
    <message>
        <source>Sign</source>
        <translation>签名</translation>
    </message>
</context>
<context>
    <name>HandoverViewModel</name>
    <message>
        <source>The slip prints</source>
        <translation>正在打印交接单</translation>
    </message>
    <message>
        <source>Paying hands these bags over, so first: {what}.</source>
        <translation>收款即交付这些袋子，请先完成：{what}。</translation>
    </message>
    <message>
        <source>Not handed over: {what}.</source>
        <translation>未交付：{what}。</translation>
    </message>
</context>
<context>
    <name>HeldPanel</name>
    <message>
        <source>No held sale. F4 holds the open one.</source>
        <translation>没有挂单。按 F4 可挂起当前销售单。</translation>
    </message>
    <message>
        <source>Held sales</source>
        <translation>挂单列表</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
</context>
<context>
    <name>KeySheet</name>
    <message>
        <source>Keys of this screen</source>
        <translation>本页快捷键</translation>
    </message>
    <message>
        <source>Quantity of the next scan</source>
        <translation>下一次扫码的数量</translation>
    </message>
    <message>
        <source>One more, one less</source>
        <translation>加一件、减一件</translation>
    </message>
    <message>
        <source>Void the line</source>
        <translation>删除该行</translation>
    </message>
    <message>
        <source>Quick key 7</source>
        <translation>快捷键 7</translation>
    </message>
    <message>
        <source>Move in the record</source>
        <translation>在清单中移动</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Member</source>
        <translation>会员</translation>
    </message>
    <message>
        <source>Members</source>
        <translation>会员</translation>
    </message>
    <message>
        <source>Hold the sale</source>
        <translation>挂单</translation>
    </message>
    <message>
        <source>Held sales</source>
        <translation>挂单列表</translation>
    </message>
    <message>
        <source>Coupon</source>
        <translation>优惠券</translation>
    </message>
    <message>
        <source>Discount on the line</source>
        <translation>单品折扣</translation>
    </message>
    <message>
        <source>Discount on the sale</source>
        <translation>整单折扣</translation>
    </message>
    <message>
        <source>Pay</source>
        <translation>收款</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>Print the last receipt again</source>
        <translation>重打上一张小票</translation>
    </message>
    <message>
        <source>Lock the till</source>
        <translation>锁定收银台</translation>
    </message>
    <message>
        <source>Sell</source>
        <translation>收银</translation>
    </message>
    <message>
        <source>Pickup</source>
        <translation>自提</translation>
    </message>
    <message>
        <source>Stock</source>
        <translation>库存</translation>
    </message>
    <message>
        <source>Shift</source>
        <translation>班次</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Cash</source>
        <translation>现金</translation>
    </message>
    <message>
        <source>Card</source>
        <translation>银行卡</translation>
    </message>
    <message>
        <source>Mobile code</source>
        <translation>付款码</translation>
    </message>
    <message>
        <source>Gift card or points</source>
        <translation>礼品卡或积分</translation>
    </message>
    <message>
        <source>Print a receipt or not</source>
        <translation>是否打印小票</translation>
    </message>
    <message>
        <source>Complete the sale</source>
        <translation>完成销售</translation>
    </message>
    <message>
        <source>Erase a digit</source>
        <translation>删除一位</translation>
    </message>
    <message>
        <source>Erase the amount</source>
        <translation>清空金额</translation>
    </message>
</context>
<context>
    <name>Keypad</name>
    <message>
        <source>Delete last digit</source>
        <translation>删除最后一位</translation>
    </message>
</context>
<context>
    <name>ListPanelView</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>LockViewModel</name>
    <message>
        <source>The till is locked</source>
        <translation>收银台已锁定</translation>
    </message>
    <message>
        <source>Type your PIN, or scan your badge. The open sale is kept.</source>
        <translation>请输入密码或扫描工牌。当前销售单已保留。</translation>
    </message>
    <message>
        <source>Checking the PIN …</source>
        <translation>正在核对密码…</translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation>解锁</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Sell</source>
        <translation>收银</translation>
    </message>
    <message>
        <source>Pay</source>
        <translation>收款</translation>
    </message>
    <message>
        <source>Locked</source>
        <translation>已锁定</translation>
    </message>
</context>
<context>
    <name>MemberStripView</name>
    <message>
        <source>Remove member</source>
        <translation>移除会员</translation>
    </message>
</context>
<context>
    <name>MembersViewModel</name>
    <message>
        <source>Members</source>
        <translation>会员</translation>
    </message>
    <message>
        <source>Scan a card, or type a name or the end of a phone number</source>
        <translation>扫描会员卡，或输入姓名、手机尾号</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>姓名</translation>
    </message>
    <message>
        <source>Tier</source>
        <translation>等级</translation>
    </message>
    <message>
        <source>Card</source>
        <translation>会员卡</translation>
    </message>
    <message>
        <source>Points</source>
        <translation>积分</translation>
    </message>
    <message>
        <source>Phone</source>
        <translation>手机</translation>
    </message>
    <message>
        <source>Add to the sale</source>
        <translation>加入销售单</translation>
    </message>
    <message>
        <source>No member fits. Check the spelling, or scan the card.</source>
        <translation>没有符合的会员。请检查输入，或扫描会员卡。</translation>
    </message>
    <message>
        <source>Scan a card, or type a name. Who fits appears here.</source>
        <translation>请扫会员卡，或输入姓名。符合的会员显示在这里。</translation>
    </message>
</context>
<context>
    <name>OrderPanel</name>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Lines of the order</source>
        <translation>订单明细</translation>
    </message>
</context>
<context>
    <name>PanelAnswers</name>
    <message>
        <source>no price</source>
        <translation>无价格</translation>
    </message>
    <message>
        <source>tax {rate}</source>
        <translation>税率 {rate}</translation>
    </message>
</context>
<context>
    <name>PanelTexts</name>
    <message>
        <source>Quantity</source>
        <translation>数量</translation>
    </message>
    <message>
        <source>Weight</source>
        <translation>重量</translation>
    </message>
    <message>
        <source>Price</source>
        <translation>改价</translation>
    </message>
    <message>
        <source>Open price</source>
        <translation>自定义价格</translation>
    </message>
    <message>
        <source>Discount</source>
        <translation>折扣</translation>
    </message>
    <message>
        <source>Discount on the sale</source>
        <translation>整单折扣</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>Note on the sale</source>
        <translation>整单备注</translation>
    </message>
    <message>
        <source>Coupon</source>
        <translation>优惠券</translation>
    </message>
    <message>
        <source>Member</source>
        <translation>会员</translation>
    </message>
    <message>
        <source>Hold sale</source>
        <translation>挂单</translation>
    </message>
    <message>
        <source>Price check</source>
        <translation>查价</translation>
    </message>
    <message>
        <source>Check age: {age} or older</source>
        <translation>核对年龄：须满 {age} 岁</translation>
    </message>
    <message>
        <source>Give up this sale?</source>
        <translation>放弃本单？</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>Open drawer</source>
        <translation>打开钱箱</translation>
    </message>
    <message>
        <source>Put the goods on the scale, or type grams</source>
        <translation>请将商品放上电子秤，或输入克数</translation>
    </message>
    <message>
        <source>Choose percent or amount, then type it. 0 takes the discount back.</source>
        <translation>选择百分比或金额后输入，输入 0 可取消折扣。</translation>
    </message>
    <message>
        <source>Scan the coupon or type its code</source>
        <translation>扫描优惠券或输入券码</translation>
    </message>
    <message>
        <source>Scan the card, or type a name or the end of the phone number</source>
        <translation>扫描会员卡，或输入姓名、手机尾号</translation>
    </message>
    <message>
        <source>Scan anything, or type its name or code. Nothing is sold.</source>
        <translation>扫描任意商品，或输入品名、编码。仅查价，不会销售。</translation>
    </message>
    <message>
        <source>Ask for an ID when in doubt. The item is added after you confirm.</source>
        <translation>如有疑问请查验证件。确认后才会加入商品。</translation>
    </message>
    <message>
        <source>All lines are taken off and the void is recorded.</source>
        <translation>所有商品将被移除，作废会留下记录。</translation>
    </message>
    <message>
        <source>The reason is recorded.</source>
        <translation>原因会留下记录。</translation>
    </message>
    <message>
        <source>A name helps to find it again</source>
        <translation>写个名字，方便再找到</translation>
    </message>
    <message>
        <source>Percent</source>
        <translation>百分比</translation>
    </message>
    <message>
        <source>Amount</source>
        <translation>金额</translation>
    </message>
    <message>
        <source>Return goods</source>
        <translation>退货</translation>
    </message>
    <message>
        <source>Print last receipt again</source>
        <translation>重打上一张小票</translation>
    </message>
    <message>
        <source>Give up this sale</source>
        <translation>放弃本单</translation>
    </message>
    <message>
        <source>Change money</source>
        <translation>兑换零钱</translation>
    </message>
    <message>
        <source>Check the drawer</source>
        <translation>清点钱箱</translation>
    </message>
    <message>
        <source>Correct a mistake</source>
        <translation>更正差错</translation>
    </message>
    <message>
        <source>Age is checked</source>
        <translation>年龄已核对</translation>
    </message>
    <message>
        <source>Give up sale</source>
        <translation>放弃本单</translation>
    </message>
    <message>
        <source>Hold</source>
        <translation>挂单</translation>
    </message>
    <message>
        <source>Find</source>
        <translation>查找</translation>
    </message>
    <message>
        <source>Use coupon</source>
        <translation>使用优惠券</translation>
    </message>
    <message>
        <source>Look up</source>
        <translation>查询</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>应用</translation>
    </message>
</context>
<context>
    <name>PaperWindow</name>
    <message>
        <source>Drawer opened: {count}</source>
        <translation>钱箱已打开：{count} 次</translation>
    </message>
    <message>
        <source>Evertill receipt printer</source>
        <translation>Evertill 小票打印机</translation>
    </message>
    <message>
        <source>Paper {number}</source>
        <translation>小票 {number}</translation>
    </message>
    <message>
        <source>No paper yet. Complete a sale.</source>
        <translation>还没有小票。完成一笔销售即可看到。</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>就绪</translation>
    </message>
    <message>
        <source>Paper low</source>
        <translation>纸快用完</translation>
    </message>
    <message>
        <source>Paper out</source>
        <translation>缺纸</translation>
    </message>
    <message>
        <source>Cover open</source>
        <translation>机盖未合</translation>
    </message>
    <message>
        <source>Unplugged</source>
        <translation>未连接</translation>
    </message>
</context>
<context>
    <name>PayPage</name>
    <message>
        <source>Tenders</source>
        <translation>付款方式</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
</context>
<context>
    <name>PayPresenter</name>
    <message>
        <source>{count} promotions</source>
        <translation>{count} 项促销</translation>
    </message>
    <message>
        <source>{count} discounts</source>
        <translation>{count} 项折扣</translation>
    </message>
    <message>
        <source>1 discount</source>
        <translation>1 项折扣</translation>
    </message>
    <message>
        <source>1 promotion</source>
        <translation>1 项促销</translation>
    </message>
    <message>
        <source>Coupon {code}</source>
        <translation>优惠券 {code}</translation>
    </message>
    <message>
        <source>Discount</source>
        <translation>折扣</translation>
    </message>
    <message>
        <source>Tax</source>
        <translation>税额</translation>
    </message>
    <message>
        <source>With the order, not at this till</source>
        <translation>随订单支付，不在本收银台</translation>
    </message>
    <message>
        <source>Approved {time} · ref {reference}</source>
        <translation>已批准 {time} · 流水号 {reference}</translation>
    </message>
    <message>
        <source>To pay {amount}</source>
        <translation>应收 {amount}</translation>
    </message>
    <message>
        <source>Checking with the terminal</source>
        <translation>正在向终端核实</translation>
    </message>
    <message>
        <source>Cash rounding to {step}</source>
        <translation>现金抹零至 {step}</translation>
    </message>
    <message>
        <source>Cash</source>
        <translation>现金</translation>
    </message>
    <message>
        <source>Card</source>
        <translation>银行卡</translation>
    </message>
    <message>
        <source>Mobile code</source>
        <translation>付款码</translation>
    </message>
    <message>
        <source>Gift card</source>
        <translation>礼品卡</translation>
    </message>
    <message>
        <source>Store credit</source>
        <translation>储值余额</translation>
    </message>
    <message>
        <source>Points</source>
        <translation>积分</translation>
    </message>
    <message>
        <source>Exchange</source>
        <translation>换货抵扣</translation>
    </message>
    <message>
        <source>Paid online</source>
        <translation>在线支付</translation>
    </message>
    <message>
        <source>Waits for the network</source>
        <translation>等待网络恢复</translation>
    </message>
    <message>
        <source>Gift, points…</source>
        <translation>礼品卡、积分…</translation>
    </message>
    <message>
        <source>This store takes no gift cards or points yet</source>
        <translation>本店暂不接受礼品卡和积分</translation>
    </message>
    <message>
        <source>No notes and coins make this amount</source>
        <translation>现有面额无法凑成此金额</translation>
    </message>
    <message>
        <source>1 note</source>
        <translation>1 张纸币</translation>
    </message>
    <message>
        <source>{count} notes</source>
        <translation>{count} 张纸币</translation>
    </message>
    <message>
        <source>1 coin</source>
        <translation>1 枚硬币</translation>
    </message>
    <message>
        <source>{count} coins</source>
        <translation>{count} 枚硬币</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
</context>
<context>
    <name>PayViewModel</name>
    <message>
        <source>Scan the payment code on the customer&apos;s phone.</source>
        <translation>请扫描顾客手机上的付款码。</translation>
    </message>
    <message>
        <source>Mobile codes wait for the network. Take cash or card.</source>
        <translation>付款码需等网络恢复。请收现金或刷卡。</translation>
    </message>
    <message>
        <source>The terminal does not answer. Nothing is charged twice. Ask again, or hold the sale.</source>
        <translation>终端没有应答。不会重复扣款。请再次查询，或先挂单。</translation>
    </message>
    <message>
        <source>Too late to cancel: this payment was approved and stays on the sale.</source>
        <translation>取消太晚：该笔付款已获批准，保留在本单上。</translation>
    </message>
    <message>
        <source>Declined: {reason}. Nothing was taken. Try again or pay another way.</source>
        <translation>被拒绝：{reason}。未扣款。请重试或换一种付款方式。</translation>
    </message>
    <message>
        <source>no reason given</source>
        <translation>未说明原因</translation>
    </message>
    <message>
        <source>Cancelled. Nothing was taken.</source>
        <translation>已取消，未扣款。</translation>
    </message>
    <message>
        <source>To pay</source>
        <translation>应收</translation>
    </message>
    <message>
        <source>Sale {number}</source>
        <translation>销售单 {number}</translation>
    </message>
    <message>
        <source>Total</source>
        <translation>合计</translation>
    </message>
    <message>
        <source>includes tax {amount}</source>
        <translation>含税 {amount}</translation>
    </message>
    <message>
        <source>Scan a payment code to add it here</source>
        <translation>扫顾客付款码即可添加</translation>
    </message>
    <message>
        <source>{name}, {tier}</source>
        <translation>{name}，{tier}</translation>
    </message>
    <message>
        <source>Paid too much</source>
        <translation>多付</translation>
    </message>
    <message>
        <source>Change due</source>
        <translation>应找零</translation>
    </message>
    <message>
        <source>Still to pay</source>
        <translation>还需支付</translation>
    </message>
    <message>
        <source>Receipt: print</source>
        <translation>小票：打印</translation>
    </message>
    <message>
        <source>Receipt: none</source>
        <translation>小票：不打印</translation>
    </message>
    <message>
        <source>Complete sale</source>
        <translation>完成收款</translation>
    </message>
    <message>
        <source>Cash received</source>
        <translation>实收现金</translation>
    </message>
    <message>
        <source>Card amount</source>
        <translation>刷卡金额</translation>
    </message>
    <message>
        <source>Mobile code amount</source>
        <translation>付款码金额</translation>
    </message>
    <message>
        <source>Type or tap an amount</source>
        <translation>输入或点选金额</translation>
    </message>
    <message>
        <source>Enter asks the terminal</source>
        <translation>按 Enter 发送到终端</translation>
    </message>
    <message>
        <source>Scan the customer&apos;s code</source>
        <translation>请扫描顾客的付款码</translation>
    </message>
    <message>
        <source>Customer confirms on the phone</source>
        <translation>请顾客在手机上确认</translation>
    </message>
    <message>
        <source>Customer pays on the terminal</source>
        <translation>请顾客在终端上付款</translation>
    </message>
    <message>
        <source>Asking the terminal what became of it</source>
        <translation>正在向终端查询结果</translation>
    </message>
    <message>
        <source>Giving the money back</source>
        <translation>正在退款</translation>
    </message>
    <message>
        <source>{tender}, {amount}. Nothing is charged twice.</source>
        <translation>{tender}，{amount}。不会重复扣款。</translation>
    </message>
</context>
<context>
    <name>PickingBuilder</name>
    <message>
        <source>Choose an order on the board, then scan its first item.</source>
        <translation>请在看板上选择订单，然后扫描第一件商品。</translation>
    </message>
    <message>
        <source>Mark ready</source>
        <translation>标记备好</translation>
    </message>
    <message>
        <source>Scan an item, a tote or a bag</source>
        <translation>扫描商品、周转箱或袋子</translation>
    </message>
    <message>
        <source>{picked} of {items} items</source>
        <translation>{picked} / {items} 件</translation>
    </message>
    <message>
        <source>1 swap</source>
        <translation>1 件替换</translation>
    </message>
    <message>
        <source>{count} swaps</source>
        <translation>{count} 件替换</translation>
    </message>
    <message>
        <source>{count} short</source>
        <translation>缺货 {count}</translation>
    </message>
    <message>
        <source>{count} to go</source>
        <translation>还剩 {count}</translation>
    </message>
    <message>
        <source>1 item to go</source>
        <translation>还差 1 件</translation>
    </message>
    <message>
        <source>{count} items to go</source>
        <translation>还差 {count} 件</translation>
    </message>
    <message>
        <source>1 bag to put away</source>
        <translation>1 个袋子待上架</translation>
    </message>
    <message>
        <source>{count} bags to put away</source>
        <translation>{count} 个袋子待上架</translation>
    </message>
    <message>
        <source>customer agrees: scan {name}</source>
        <translation>顾客同意：请扫描{name}</translation>
    </message>
    <message>
        <source>customer does not want {name}</source>
        <translation>顾客不要{name}</translation>
    </message>
</context>
<context>
    <name>PickingHand</name>
    <message>
        <source>No place is known</source>
        <translation>货位未知</translation>
    </message>
    <message>
        <source>about {quantity}</source>
        <translation>约 {quantity}</translation>
    </message>
    <message>
        <source>of {count}</source>
        <translation>/ {count}</translation>
    </message>
    <message>
        <source>Goes into</source>
        <translation>放入</translation>
    </message>
    <message>
        <source>Tote {bag}</source>
        <translation>周转箱 {bag}</translation>
    </message>
    <message>
        <source>Scan a tote</source>
        <translation>请扫描周转箱</translation>
    </message>
    <message>
        <source>Barcode ends {digits}</source>
        <translation>条码尾号 {digits}</translation>
    </message>
    <message>
        <source>stock here {count}</source>
        <translation>本店库存 {count}</translation>
    </message>
    <message>
        <source>{age}+, ID at the desk</source>
        <translation>{age}+，领取时查证件</translation>
    </message>
    <message>
        <source>“{note}”</source>
        <translation>“{note}”</translation>
    </message>
    <message>
        <source>If it runs out</source>
        <translation>如果缺货</translation>
    </message>
    <message>
        <source>Nothing on this shelf stands in for it. F6 looks further.</source>
        <translation>此货架没有可替换的商品。F6 查找更多。</translation>
    </message>
    <message>
        <source>Use as swap</source>
        <translation>用作替换</translation>
    </message>
    <message>
        <source>Ask customer</source>
        <translation>询问顾客</translation>
    </message>
    <message>
        <source>stock {count}</source>
        <translation>库存 {count}</translation>
    </message>
    <message>
        <source>{quantity} of it</source>
        <translation>取 {quantity}</translation>
    </message>
    <message>
        <source>Put the bags away</source>
        <translation>存放袋子</translation>
    </message>
    <message>
        <source>Every bag is in its place</source>
        <translation>所有袋子均已存放</translation>
    </message>
    <message>
        <source>Scan the place, or tap it</source>
        <translation>扫描或点按货位</translation>
    </message>
    <message>
        <source>Scan a bag, then its place</source>
        <translation>先扫描袋子，再扫描货位</translation>
    </message>
    <message>
        <source>Mark the order ready: then its customer is told</source>
        <translation>请标记备好，随后通知顾客</translation>
    </message>
</context>
<context>
    <name>PickingPage</name>
    <message>
        <source>Substitute</source>
        <translation>替换</translation>
    </message>
    <message>
        <source>Short</source>
        <translation>缺货</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>稍后</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Print labels</source>
        <translation>打印标签</translation>
    </message>
    <message>
        <source>Mark ready, or answer what is asked</source>
        <translation>标记备好，或回答询问</translation>
    </message>
    <message>
        <source>Another line of the walk</source>
        <translation>另一行</translation>
    </message>
    <message>
        <source>Count one by hand, or take it back</source>
        <translation>手动计一件，或退回</translation>
    </message>
    <message>
        <source>More: pick list, another tote, take a step back</source>
        <translation>更多：拣货单、换周转箱、撤回</translation>
    </message>
    <message>
        <source>Take a step back</source>
        <translation>撤回一步</translation>
    </message>
    <message>
        <source>Lines of the order, in the order of the walk</source>
        <translation>订单商品，按行走顺序</translation>
    </message>
</context>
<context>
    <name>PickingPanels</name>
    <message>
        <source>Take over</source>
        <translation>接手</translation>
    </message>
    <message>
        <source>Into the tote</source>
        <translation>放入周转箱</translation>
    </message>
    <message>
        <source>Use this tote</source>
        <translation>使用此周转箱</translation>
    </message>
    <message>
        <source>{name} is picking this order</source>
        <translation>{name} 正在拣此订单</translation>
    </message>
    <message>
        <source>Short: {name}</source>
        <translation>缺货：{name}</translation>
    </message>
    <message>
        <source>Weight of {name}</source>
        <translation>{name}的重量</translation>
    </message>
    <message>
        <source>Which tote? {name}</source>
        <translation>用哪个周转箱？{name}</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>Why is it taken back?</source>
        <translation>为何撤回？</translation>
    </message>
    <message>
        <source>Speak with {name} first. What is picked stays picked.</source>
        <translation>请先与 {name} 沟通。已拣的保持不变。</translation>
    </message>
    <message>
        <source>Why can it not be had? The customer does not pay for it.</source>
        <translation>为何缺货？顾客无需付款。</translation>
    </message>
    <message>
        <source>Put the goods on the scale, or type grams</source>
        <translation>请将商品放上电子秤，或输入克数</translation>
    </message>
    <message>
        <source>Scan the label of a tote, or type it</source>
        <translation>扫描或输入周转箱标签</translation>
    </message>
    <message>
        <source>What is picked stays picked. Who goes on?</source>
        <translation>已拣的保持不变。谁继续？</translation>
    </message>
    <message>
        <source>Anybody</source>
        <translation>任何人</translation>
    </message>
    <message>
        <source>Hand to {name}</source>
        <translation>交给 {name}</translation>
    </message>
    <message>
        <source>Print pick list</source>
        <translation>打印拣货单</translation>
    </message>
    <message>
        <source>Use another tote</source>
        <translation>换一个周转箱</translation>
    </message>
    <message>
        <source>Take a step back</source>
        <translation>撤回一步</translation>
    </message>
    <message>
        <source>Mistake</source>
        <translation>录错</translation>
    </message>
    <message>
        <source>Found after all</source>
        <translation>又找到了</translation>
    </message>
    <message>
        <source>Damaged</source>
        <translation>破损</translation>
    </message>
    <message>
        <source>Customer asked for it</source>
        <translation>顾客要求</translation>
    </message>
    <message>
        <source>Instead of {name}</source>
        <translation>替换{name}</translation>
    </message>
    <message>
        <source>Nothing found. Scan what you hold, or type its name.</source>
        <translation>未找到。请扫描手中商品，或输入名称。</translation>
    </message>
    <message>
        <source>Nothing on this shelf stands in for it. Type a name.</source>
        <translation>此货架没有可替换的商品。请输入名称。</translation>
    </message>
    <message>
        <source>Search, or scan what you hold</source>
        <translation>搜索，或扫描手中商品</translation>
    </message>
    <message>
        <source>{wish}. Anything dearer is asked first.</source>
        <translation>{wish}。更贵的须先询问。</translation>
    </message>
    <message>
        <source>.</source>
        <translation>。</translation>
    </message>
    <message>
        <source>Use as swap</source>
        <translation>用作替换</translation>
    </message>
    <message>
        <source>not wanted</source>
        <translation>不要替换</translation>
    </message>
    <message>
        <source>Too dear: ask</source>
        <translation>过贵：须询问</translation>
    </message>
    <message>
        <source>Ask customer</source>
        <translation>询问顾客</translation>
    </message>
    <message>
        <source>{time} by {name}</source>
        <translation>{time}，{name}</translation>
    </message>
    <message>
        <source>The newest first. Why is asked next, and kept.</source>
        <translation>最新的在前。接着会询问原因并保存。</translation>
    </message>
    <message>
        <source>Nothing was done yet that could be taken back.</source>
        <translation>还没有可撤回的步骤。</translation>
    </message>
    <message>
        <source>Picked: {about}</source>
        <translation>已拣：{about}</translation>
    </message>
    <message>
        <source>Marked short: {about}</source>
        <translation>标为缺货：{about}</translation>
    </message>
    <message>
        <source>Swapped: {about}</source>
        <translation>已替换：{about}</translation>
    </message>
    <message>
        <source>Customer asked: {about}</source>
        <translation>已询问顾客：{about}</translation>
    </message>
    <message>
        <source>Another store offered: {about}</source>
        <translation>已建议其他门店：{about}</translation>
    </message>
    <message>
        <source>Answer about another store: {about}</source>
        <translation>对其他门店的答复：{about}</translation>
    </message>
    <message>
        <source>Put away: {about}</source>
        <translation>已存放：{about}</translation>
    </message>
    <message>
        <source>Picking finished</source>
        <translation>拣货完成</translation>
    </message>
</context>
<context>
    <name>PickingPresenter</name>
    <message>
        <source>{count} orders</source>
        <translation>{count} 个订单</translation>
    </message>
    <message>
        <source>Collect {window}</source>
        <translation>取货 {window}</translation>
    </message>
    <message>
        <source>done, 1 line</source>
        <translation>完成，1 行</translation>
    </message>
    <message>
        <source>done, {count} lines</source>
        <translation>完成，{count} 行</translation>
    </message>
    <message>
        <source>1 line to go</source>
        <translation>还有 1 行</translation>
    </message>
    <message>
        <source>{count} lines to go</source>
        <translation>还有 {count} 行</translation>
    </message>
    <message>
        <source>keep the cold tote closed</source>
        <translation>保持冷藏箱关闭</translation>
    </message>
    <message>
        <source>take it last, straight to the freezer</source>
        <translation>最后取，直接入冷冻柜</translation>
    </message>
    <message>
        <source>Tote {bag}</source>
        <translation>周转箱 {bag}</translation>
    </message>
    <message>
        <source>{order}, tote {bag}</source>
        <translation>{order}，周转箱 {bag}</translation>
    </message>
    <message>
        <source>{picked} of {wanted}</source>
        <translation>{picked} / {wanted}</translation>
    </message>
    <message>
        <source>set aside for later</source>
        <translation>稍后再拣</translation>
    </message>
    <message>
        <source>, </source>
        <translation>，</translation>
    </message>
    <message>
        <source>Swapped for {name}</source>
        <translation>替换了{name}</translation>
    </message>
    <message>
        <source>{count} swapped: {name}</source>
        <translation>{count} 件替换为{name}</translation>
    </message>
    <message>
        <source>Short: {reason}</source>
        <translation>缺货：{reason}</translation>
    </message>
    <message>
        <source>{money} less to pay</source>
        <translation>少付 {money}</translation>
    </message>
    <message>
        <source>refund {money}</source>
        <translation>退款 {money}</translation>
    </message>
    <message>
        <source>Customer asked: {name}?</source>
        <translation>已询问顾客：{name}？</translation>
    </message>
    <message>
        <source>Customer agreed: scan {name}</source>
        <translation>顾客同意：请扫描{name}</translation>
    </message>
    <message>
        <source>about {quantity}, weigh at the counter</source>
        <translation>约 {quantity}，到柜台称重</translation>
    </message>
    <message>
        <source>Scan the next one</source>
        <translation>请扫描下一件</translation>
    </message>
    <message>
        <source>may be gone: sold at the counter</source>
        <translation>可能已在柜台售出</translation>
    </message>
</context>
<context>
    <name>PickingQuestions</name>
    <message>
        <source>Put the goods on the scale, or type grams</source>
        <translation>请将商品放上电子秤，或输入克数</translation>
    </message>
    <message>
        <source>Scan the label of a tote, or type it</source>
        <translation>扫描或输入周转箱标签</translation>
    </message>
    <message>
        <source>The customer wants no swap: mark it short.</source>
        <translation>顾客不要替换：请标为缺货。</translation>
    </message>
    <message>
        <source>That code is not in the catalogue.</source>
        <translation>商品目录中没有此码。</translation>
    </message>
</context>
<context>
    <name>PickingSentences</name>
    <message>
        <source>Picking begins. Scan the first item.</source>
        <translation>开始拣货。请扫描第一件商品。</translation>
    </message>
    <message>
        <source>goes in as the swap</source>
        <translation>作为替换放入</translation>
    </message>
    <message>
        <source>marked short</source>
        <translation>已标为缺货</translation>
    </message>
    <message>
        <source>the customer is asked. Go on with the rest.</source>
        <translation>已询问顾客。请继续其他商品。</translation>
    </message>
    <message>
        <source>set aside to the end of the walk</source>
        <translation>放到最后再拣</translation>
    </message>
    <message>
        <source>in hand: scan its place</source>
        <translation>在手中：请扫描货位</translation>
    </message>
    <message>
        <source>put away: {place}</source>
        <translation>已存放：{place}</translation>
    </message>
    <message>
        <source>Paused. Nothing is lost.</source>
        <translation>已暂停。不会丢失。</translation>
    </message>
    <message>
        <source>Everything is picked. Put the bags away.</source>
        <translation>已全部拣完。请存放袋子。</translation>
    </message>
    <message>
        <source>Nothing of the order could be had. The customer is told.</source>
        <translation>订单商品全部缺货。已告知顾客。</translation>
    </message>
    <message>
        <source>is ready: the customer is told</source>
        <translation>已备好：已告知顾客</translation>
    </message>
    <message>
        <source>taken back</source>
        <translation>已撤回</translation>
    </message>
    <message>
        <source>in hand</source>
        <translation>在手中</translation>
    </message>
    <message>
        <source>Picking goes on</source>
        <translation>继续拣货</translation>
    </message>
    <message>
        <source>takes the goods of this kind: {temperature}</source>
        <translation>装此类商品：{temperature}</translation>
    </message>
    <message>
        <source>{quantity} weighed</source>
        <translation>称重 {quantity}</translation>
    </message>
    <message>
        <source>{picked} of {wanted} scanned</source>
        <translation>已扫描 {picked} / {wanted}</translation>
    </message>
    <message>
        <source>put it on the scale, or type the weight</source>
        <translation>请放到秤上，或输入重量</translation>
    </message>
    <message>
        <source>scan a tote first: {temperature}. Not counted yet.</source>
        <translation>请先扫描周转箱：{temperature}。尚未计入。</translation>
    </message>
    <message>
        <source>is a place. Scan the bag first, then the place.</source>
        <translation>是货位。请先扫描袋子，再扫描货位。</translation>
    </message>
    <message>
        <source>is not in this order. Put it back; not counted.</source>
        <translation>不在此订单中。请放回；未计入。</translation>
    </message>
    <message>
        <source>belongs to {order}, not to this tote. Not counted.</source>
        <translation>属于 {order}，不是此周转箱。未计入。</translation>
    </message>
    <message>
        <source>is complete already. Put it back; not counted.</source>
        <translation>已拣够。请放回；未计入。</translation>
    </message>
    <message>
        <source>was marked short. Take that back first (Ctrl+Z).</source>
        <translation>已标为缺货。请先撤回（Ctrl+Z）。</translation>
    </message>
    <message>
        <source>is not in the catalogue. Not counted.</source>
        <translation>不在商品目录中。未计入。</translation>
    </message>
    <message>
        <source>is past its date. Put it aside; not counted.</source>
        <translation>已过期。请放到一边；未计入。</translation>
    </message>
    <message>
        <source>the label says no weight. Weigh it here.</source>
        <translation>标签没有重量。请在此称重。</translation>
    </message>
    <message>
        <source>That code cannot be read. Scan again; nothing was counted.</source>
        <translation>此码无法读取。请重新扫描；未计入。</translation>
    </message>
    <message>
        <source>is in use for {order}. Scan another tote.</source>
        <translation>正用于 {order}。请扫描另一个周转箱。</translation>
    </message>
    <message>
        <source>is no place for {bag}: keep ambient, chilled and frozen apart.</source>
        <translation>不能存放 {bag}：常温、冷藏、冷冻须分开。</translation>
    </message>
    <message>
        <source>is for other goods: keep ambient, chilled and frozen apart.</source>
        <translation>用于其他商品：常温、冷藏、冷冻须分开。</translation>
    </message>
    <message>
        <source>is no place of this store. Scan its label.</source>
        <translation>不是本店货位。请扫描货位标签。</translation>
    </message>
    <message>
        <source>A customer is here with a pickup code: open Hand over.</source>
        <translation>有顾客持取货码：请打开交付。</translation>
    </message>
    <message>
        <source>No order is being picked here. Choose one on the board.</source>
        <translation>这里没有在拣的订单。请在看板上选择。</translation>
    </message>
    <message>
        <source>A member&apos;s card means nothing here. Nothing was counted.</source>
        <translation>会员卡在这里没有用。未计入。</translation>
    </message>
    <message>
        <source>Coupons are used in Sell. Nothing was counted.</source>
        <translation>优惠券在销售中使用。未计入。</translation>
    </message>
    <message>
        <source>A receipt means nothing here. Open it in Shift.</source>
        <translation>小票在这里没有用。请在班次中打开。</translation>
    </message>
    <message>
        <source>Payment codes are taken at the desk. It was not stored.</source>
        <translation>付款码在柜台使用。未保存。</translation>
    </message>
    <message>
        <source>This code means nothing while picking. Nothing was counted.</source>
        <translation>此码在拣货时没有用。未计入。</translation>
    </message>
</context>
<context>
    <name>PickingViewModel</name>
    <message>
        <source>No order is being picked here.</source>
        <translation>这里没有在拣的订单。</translation>
    </message>
    <message>
        <source>Nothing is in a bag yet: there is no label to print.</source>
        <translation>袋中还没有商品：没有可打印的标签。</translation>
    </message>
    <message>
        <source>{count} labels print</source>
        <translation>正在打印 {count} 张标签</translation>
    </message>
    <message>
        <source>The pick list prints</source>
        <translation>正在打印拣货单</translation>
    </message>
</context>
<context>
    <name>PickupBoardPage</name>
    <message>
        <source>The action in mint</source>
        <translation>绿色按钮的操作</translation>
    </message>
    <message>
        <source>Open the card</source>
        <translation>打开订单</translation>
    </message>
    <message>
        <source>Mark a new order to pick together</source>
        <translation>选中新订单一起拣</translation>
    </message>
    <message>
        <source>Move between cards</source>
        <translation>在订单间移动</translation>
    </message>
    <message>
        <source>Tell the customer</source>
        <translation>通知顾客</translation>
    </message>
    <message>
        <source>Print the pick list</source>
        <translation>打印拣货单</translation>
    </message>
</context>
<context>
    <name>PickupBoardViewModel</name>
    <message>
        <source>Only new orders are picked together.</source>
        <translation>只有新订单可以一起拣。</translation>
    </message>
    <message>
        <source>{name} has no order here.</source>
        <translation>{name} 在这里没有订单。</translation>
    </message>
    <message>
        <source>Orders of {name}. Esc shows all.</source>
        <translation>{name} 的订单。按 Esc 显示全部。</translation>
    </message>
    <message>
        <source>The pick list prints.</source>
        <translation>拣货单正在打印。</translation>
    </message>
    <message>
        <source>{number}: the customer is reminded.</source>
        <translation>{number}：已提醒顾客。</translation>
    </message>
    <message>
        <source>{number}: put its goods back, then say so here.</source>
        <translation>{number}：请把货放回，然后在这里确认。</translation>
    </message>
    <message>
        <source>{number}: back on the shelf, and in stock again.</source>
        <translation>{number}：已放回货架，重新计入库存。</translation>
    </message>
    <message>
        <source>{number}: written off.</source>
        <translation>{number}：已报损。</translation>
    </message>
    <message>
        <source>Taken back at once on the board</source>
        <translation>在看板上随即撤销</translation>
    </message>
    <message>
        <source>Undone</source>
        <translation>已撤销</translation>
    </message>
    <message>
        <source>Scan a pickup code, or type order, phone, name</source>
        <translation>扫取货码，或输入订单号、电话、姓名</translation>
    </message>
    <message>
        <source>orders as of {time}, {span} old</source>
        <translation>订单截至 {time}，{span}前</translation>
    </message>
</context>
<context>
    <name>PickupCodes</name>
    <message>
        <source>This code was not made by this shop. Nothing was opened.</source>
        <translation>这个码不是本店发出的，没有打开任何订单。</translation>
    </message>
    <message>
        <source>This order waits at another store: {store}.</source>
        <translation>这个订单在另一家店等待：{store}。</translation>
    </message>
    <message>
        <source>This code is newer than what this till knows. Search the order by name or phone.</source>
        <translation>本机还不认识这个新码。请按姓名或电话查找订单。</translation>
    </message>
    <message>
        <source>The code is genuine, but its order has not reached this till. Try again in a minute.</source>
        <translation>码是真的，但订单还没有传到本机。请一分钟后再试。</translation>
    </message>
    <message>
        <source>The code was damaged or misread. Scan again, or type its digits.</source>
        <translation>码损坏或读错。请再扫一次，或输入数字。</translation>
    </message>
    <message>
        <source>No order here has these digits.</source>
        <translation>这里没有这组数字的订单。</translation>
    </message>
    <message>
        <source>Too many wrong digits. Wait {seconds} seconds, or scan the code.</source>
        <translation>数字错误次数太多。请等 {seconds} 秒，或扫码。</translation>
    </message>
    <message>
        <source>This store takes no online orders.</source>
        <translation>本店不接网上订单。</translation>
    </message>
    <message>
        <source>This order is not here any more.</source>
        <translation>这个订单已经不在这里。</translation>
    </message>
</context>
<context>
    <name>PickupPage</name>
    <message>
        <source>No pickup orders</source>
        <translation>没有自提订单</translation>
    </message>
    <message>
        <source>This store takes no orders online yet. Selling goes on as usual: Ctrl 1.</source>
        <translation>本店尚未开通线上订单。收银照常进行：Ctrl 1。</translation>
    </message>
</context>
<context>
    <name>PickupRefusals</name>
    <message>
        <source>This cannot be done with the order as it stands. Nothing was changed.</source>
        <translation>订单现状下无法这样做。未作更改。</translation>
    </message>
    <message>
        <source>This order is not known here. Nothing was changed.</source>
        <translation>这里没有此订单。未作更改。</translation>
    </message>
    <message>
        <source>This till belongs to no store yet. Nothing was changed.</source>
        <translation>本收银台尚未归属门店。未作更改。</translation>
    </message>
    <message>
        <source>No order is open here.</source>
        <translation>这里没有打开的订单。</translation>
    </message>
    <message>
        <source>The order was cancelled. Its goods go back to the shelf.</source>
        <translation>订单已取消。商品退回货架。</translation>
    </message>
    <message>
        <source>Nobody came in time: the order has expired. Ask a supervisor.</source>
        <translation>逾期无人领取：订单已过期。请询问主管。</translation>
    </message>
    <message>
        <source>Nothing of this order could be had. There is nothing to hand over.</source>
        <translation>订单商品全部缺货。没有可交付的。</translation>
    </message>
    <message>
        <source>The goods were handed over already.</source>
        <translation>商品已交付。</translation>
    </message>
    <message>
        <source>The goods are on their way back to the shelf. Ask a supervisor.</source>
        <translation>商品正在退回货架。请询问主管。</translation>
    </message>
    <message>
        <source>The goods are back on the shelf.</source>
        <translation>商品已退回货架。</translation>
    </message>
    <message>
        <source>This belongs to another order. Nothing was changed.</source>
        <translation>属于另一个订单。未作更改。</translation>
    </message>
    <message>
        <source>The order has no such line. Nothing was changed.</source>
        <translation>订单中没有此行。未作更改。</translation>
    </message>
    <message>
        <source>This bag does not belong to the order. Nothing was changed.</source>
        <translation>此袋不属于该订单。未作更改。</translation>
    </message>
    <message>
        <source>There is nothing left that this could be done with.</source>
        <translation>没有可以这样处理的了。</translation>
    </message>
    <message>
        <source>What was weighed or packed as one goes as one.</source>
        <translation>整称或整包的商品不能拆分。</translation>
    </message>
    <message>
        <source>Say why first. Nothing was changed.</source>
        <translation>请先说明原因。未作更改。</translation>
    </message>
    <message>
        <source>This cannot be done so. Nothing was changed.</source>
        <translation>不能这样做。未作更改。</translation>
    </message>
    <message>
        <source>This quantity cannot be. Nothing was changed.</source>
        <translation>数量无效。未作更改。</translation>
    </message>
    <message>
        <source>This price cannot be. Nothing was changed.</source>
        <translation>价格无效。未作更改。</translation>
    </message>
    <message>
        <source>Another product was ordered. Put it back; it was not counted.</source>
        <translation>订购的是另一种商品。请放回；未计入。</translation>
    </message>
    <message>
        <source>The order needs no more of it. Put it back; it was not counted.</source>
        <translation>订单不再需要它。请放回；未计入。</translation>
    </message>
    <message>
        <source>This line was marked short. Take that back first.</source>
        <translation>此行已标为缺货。请先撤回。</translation>
    </message>
    <message>
        <source>That is more than is still wanted. It was not counted.</source>
        <translation>超过还需要的数量。未计入。</translation>
    </message>
    <message>
        <source>That is heavier than the order allows. Take some off, and weigh again.</source>
        <translation>超过订单允许的重量。请减少后重新称重。</translation>
    </message>
    <message>
        <source>Ambient, chilled and frozen goods do not share a bag. Scan another tote.</source>
        <translation>常温、冷藏、冷冻不能同袋。请扫描另一个周转箱。</translation>
    </message>
    <message>
        <source>This place is not as cold as the bag has to be. Scan another place.</source>
        <translation>此货位温度不符。请扫描另一个货位。</translation>
    </message>
    <message>
        <source>A bag has no place yet: scan it, then the place.</source>
        <translation>有袋子还没有货位：先扫描袋子，再扫描货位。</translation>
    </message>
    <message>
        <source>The customer wants no swap. Mark it short instead.</source>
        <translation>顾客不要替换。请标为缺货。</translation>
    </message>
    <message>
        <source>The customer wants to be asked before a swap.</source>
        <translation>顾客要求替换前先询问。</translation>
    </message>
    <message>
        <source>That is dearer than the customer allows. Ask first, or choose another.</source>
        <translation>超过顾客允许的价格。请先询问，或另选。</translation>
    </message>
    <message>
        <source>This is not what the customer agreed to. It was not counted.</source>
        <translation>这不是顾客同意的商品。未计入。</translation>
    </message>
    <message>
        <source>That is the product that was ordered: scan it instead.</source>
        <translation>这就是订购的商品：请直接扫描。</translation>
    </message>
    <message>
        <source>The customer was asked and has not answered. Go on with the rest.</source>
        <translation>已询问顾客，尚未答复。请继续其他商品。</translation>
    </message>
    <message>
        <source>The answer came too late: the line was decided meanwhile.</source>
        <translation>答复太晚：此行已处理。</translation>
    </message>
    <message>
        <source>The customer is asked about another store already.</source>
        <translation>已在询问顾客是否到其他门店取货。</translation>
    </message>
    <message>
        <source>Something is still to be picked.</source>
        <translation>还有商品待拣。</translation>
    </message>
    <message>
        <source>{detail} is picking this order.</source>
        <translation>{detail} 正在拣此订单。</translation>
    </message>
    <message>
        <source>This order was handed to {detail}.</source>
        <translation>此订单已交给 {detail}。</translation>
    </message>
    <message>
        <source>This was handed over already. Nothing may be given out again.</source>
        <translation>已交付，不得再次交付。</translation>
    </message>
    <message>
        <source>The order is not ready yet. Nothing was changed.</source>
        <translation>订单尚未备好。未作更改。</translation>
    </message>
    <message>
        <source>Check the collector&apos;s age first.</source>
        <translation>请先核对领取人年龄。</translation>
    </message>
    <message>
        <source>This store hands over to the customer only.</source>
        <translation>本店只交付给顾客本人。</translation>
    </message>
    <message>
        <source>Someone else needs the pickup code. Ask for it.</source>
        <translation>他人代领需要取货码。请索取。</translation>
    </message>
    <message>
        <source>Something is due before the bags change hands.</source>
        <translation>交付前还有应付款。</translation>
    </message>
    <message>
        <source>The money is not settled yet.</source>
        <translation>款项尚未结清。</translation>
    </message>
    <message>
        <source>Goods are still to be put back.</source>
        <translation>还有商品待退回。</translation>
    </message>
    <message>
        <source>The order has not expired.</source>
        <translation>订单尚未过期。</translation>
    </message>
    <message>
        <source>This reminder was sent already.</source>
        <translation>此提醒已发送。</translation>
    </message>
    <message>
        <source>That is more than was reserved. No money was moved.</source>
        <translation>超过预授权金额。未动用款项。</translation>
    </message>
    <message>
        <source>That is more than was paid. No money was moved.</source>
        <translation>超过已付金额。未动用款项。</translation>
    </message>
    <message>
        <source>This amount cannot be. No money was moved.</source>
        <translation>金额无效。未动用款项。</translation>
    </message>
    <message>
        <source>This payment counts already. Nothing was taken twice.</source>
        <translation>此付款已计入。不会重复收取。</translation>
    </message>
    <message>
        <source>The order has no such step.</source>
        <translation>订单中没有此步骤。</translation>
    </message>
    <message>
        <source>This was taken back already.</source>
        <translation>此步骤已撤回。</translation>
    </message>
    <message>
        <source>This cannot be taken back.</source>
        <translation>此步骤不能撤回。</translation>
    </message>
    <message>
        <source>Something later stands on it: take that back first.</source>
        <translation>之后的步骤依赖它：请先撤回后者。</translation>
    </message>
    <message>
        <source>Picking is over. Open the order for picking again first.</source>
        <translation>拣货已结束。请先重新打开拣货。</translation>
    </message>
</context>
<context>
    <name>PickupViewModel</name>
    <message>
        <source>Pickup</source>
        <translation>自提</translation>
    </message>
    <message>
        <source>Picking</source>
        <translation>拣货</translation>
    </message>
    <message>
        <source>Hand over</source>
        <translation>交货</translation>
    </message>
    <message>
        <source>New pickup order</source>
        <translation>新的自提订单</translation>
    </message>
    <message>
        <source>New pickup order, collect {window}</source>
        <translation>新的自提订单，取货 {window}</translation>
    </message>
    <message>
        <source>{count} new pickup orders</source>
        <translation>{count} 个新的自提订单</translation>
    </message>
    <message>
        <source>Pickup code read. It opens after this sale.</source>
        <translation>已读取取货码，这笔销售之后打开。</translation>
    </message>
    <message>
        <source>Open the pickup order that was scanned</source>
        <translation>打开刚才扫码的自提订单</translation>
    </message>
    <message>
        <source>is not ready yet.</source>
        <translation>还没有备好。</translation>
    </message>
    <message>
        <source>is not in the catalogue</source>
        <translation>不在商品目录中</translation>
    </message>
    <message>
        <source>stock here {count}</source>
        <translation>本店库存 {count}</translation>
    </message>
    <message>
        <source>Bag {bag} belongs to no order here.</source>
        <translation>袋子 {bag} 不属于这里的任何订单。</translation>
    </message>
    <message>
        <source>This is a coupon. Use it in Sell: Ctrl 1.</source>
        <translation>这是优惠券。请在销售界面使用：Ctrl 1。</translation>
    </message>
    <message>
        <source>This is a payment code. Nothing was charged, and it was not kept.</source>
        <translation>这是付款码。没有扣款，也没有保存。</translation>
    </message>
    <message>
        <source>{place} is a place. Scan it while bags are put away.</source>
        <translation>{place} 是货位。请在上架袋子时扫描。</translation>
    </message>
    <message>
        <source>This code is not used here. Nothing was changed.</source>
        <translation>这里用不到这个码，没有任何改动。</translation>
    </message>
</context>
<context>
    <name>PickupWords</name>
    <message>
        <source>same price</source>
        <translation>同价</translation>
    </message>
    <message>
        <source>Ambient</source>
        <translation>常温</translation>
    </message>
    <message>
        <source>Chilled</source>
        <translation>冷藏</translation>
    </message>
    <message>
        <source>Frozen</source>
        <translation>冷冻</translation>
    </message>
    <message>
        <source>Aisle {aisle}, bay {bay}, shelf {shelf}</source>
        <translation>{aisle} 通道，{bay} 号架，第 {shelf} 层</translation>
    </message>
    <message>
        <source>customer accepts a swap at the same price</source>
        <translation>顾客接受同价替换</translation>
    </message>
    <message>
        <source>customer accepts a swap up to +{percent} %</source>
        <translation>顾客接受替换，最多贵 {percent} %</translation>
    </message>
    <message>
        <source>customer accepts a swap up to {limit}</source>
        <translation>顾客接受替换，最多 {limit}</translation>
    </message>
    <message>
        <source>ask the customer first</source>
        <translation>须先询问顾客</translation>
    </message>
    <message>
        <source>customer wants no swap</source>
        <translation>顾客不要替换</translation>
    </message>
    <message>
        <source>None on the shelf</source>
        <translation>货架上没有</translation>
    </message>
    <message>
        <source>Sold out</source>
        <translation>售罄</translation>
    </message>
    <message>
        <source>Damaged</source>
        <translation>破损</translation>
    </message>
    <message>
        <source>Past its date</source>
        <translation>已过期</translation>
    </message>
    <message>
        <source>Customer wants no swap</source>
        <translation>顾客不要替换</translation>
    </message>
    <message>
        <source>Customer changed the order</source>
        <translation>顾客更改了订单</translation>
    </message>
    <message>
        <source>Moved to another store</source>
        <translation>已转到其他门店</translation>
    </message>
    <message>
        <source>moved to {store}: {number}</source>
        <translation>已转到{store}：{number}</translation>
    </message>
    <message>
        <source>customer asked until {time}: collect at {store}?</source>
        <translation>已询问顾客（至 {time}）：到{store}取？</translation>
    </message>
    <message>
        <source>not collected at {store}</source>
        <translation>不到{store}取货</translation>
    </message>
    <message>
        <source>Here, {minutes} min</source>
        <translation>已到 {minutes} 分钟</translation>
    </message>
    <message>
        <source>Collected</source>
        <translation>已领取</translation>
    </message>
    <message>
        <source>Partly collected</source>
        <translation>部分已取</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>已备好</translation>
    </message>
    <message>
        <source>Late {minutes} min</source>
        <translation>迟 {minutes} 分钟</translation>
    </message>
    <message>
        <source>{hours} h {minutes} min</source>
        <translation>{hours} 小时 {minutes} 分钟</translation>
    </message>
    <message>
        <source>{minutes} min</source>
        <translation>{minutes} 分钟</translation>
    </message>
    <message>
        <source>Nothing to pay</source>
        <translation>无需付款</translation>
    </message>
    <message>
        <source>Paid</source>
        <translation>已付款</translation>
    </message>
    <message>
        <source>Reserved online</source>
        <translation>线上预授权</translation>
    </message>
    <message>
        <source>Pay at the desk</source>
        <translation>到店付款</translation>
    </message>
    <message>
        <source>{day} {month} {year}</source>
        <translation>{year}年{month}{day}日</translation>
    </message>
    <message>
        <source>Mon</source>
        <translation>周一</translation>
    </message>
    <message>
        <source>Tue</source>
        <translation>周二</translation>
    </message>
    <message>
        <source>Wed</source>
        <translation>周三</translation>
    </message>
    <message>
        <source>Thu</source>
        <translation>周四</translation>
    </message>
    <message>
        <source>Fri</source>
        <translation>周五</translation>
    </message>
    <message>
        <source>Sat</source>
        <translation>周六</translation>
    </message>
    <message>
        <source>Sun</source>
        <translation>周日</translation>
    </message>
    <message>
        <source>{weekday} {day} {month}</source>
        <translation>{month}{day}日 {weekday}</translation>
    </message>
    <message>
        <source>January</source>
        <translation>1月</translation>
    </message>
    <message>
        <source>February</source>
        <translation>2月</translation>
    </message>
    <message>
        <source>March</source>
        <translation>3月</translation>
    </message>
    <message>
        <source>April</source>
        <translation>4月</translation>
    </message>
    <message>
        <source>May</source>
        <translation>5月</translation>
    </message>
    <message>
        <source>June</source>
        <translation>6月</translation>
    </message>
    <message>
        <source>July</source>
        <translation>7月</translation>
    </message>
    <message>
        <source>August</source>
        <translation>8月</translation>
    </message>
    <message>
        <source>September</source>
        <translation>9月</translation>
    </message>
    <message>
        <source>October</source>
        <translation>10月</translation>
    </message>
    <message>
        <source>November</source>
        <translation>11月</translation>
    </message>
    <message>
        <source>December</source>
        <translation>12月</translation>
    </message>
</context>
<context>
    <name>ProductsViewModel</name>
    <message>
        <source>open price</source>
        <translation>自定价</translation>
    </message>
    <message>
        <source>Products and prices</source>
        <translation>商品与价格</translation>
    </message>
    <message>
        <source>Scan anything, or type a name, code or pinyin</source>
        <translation>扫描任意商品，或输入品名、编码、拼音首字母</translation>
    </message>
    <message>
        <source>Product</source>
        <translation>商品</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>编码</translation>
    </message>
    <message>
        <source>Tax</source>
        <translation>税率</translation>
    </message>
    <message>
        <source>Price</source>
        <translation>价格</translation>
    </message>
    <message>
        <source>English</source>
        <translation>英文名</translation>
    </message>
    <message>
        <source>Chinese</source>
        <translation>中文名</translation>
    </message>
    <message>
        <source>Item number</source>
        <translation>货号</translation>
    </message>
    <message>
        <source>Codes</source>
        <translation>条码</translation>
    </message>
    <message>
        <source>Minimum age</source>
        <translation>最低年龄</translation>
    </message>
    <message>
        <source>Add to the sale</source>
        <translation>加入销售单</translation>
    </message>
    <message>
        <source>Type or scan to look a product up. Nothing is sold here.</source>
        <translation>输入或扫码查询商品。此处不会销售。</translation>
    </message>
    <message>
        <source>Nothing fits. Try another word, its code, or its pinyin initials.</source>
        <translation>没有符合的商品。请换个词、编码或拼音首字母。</translation>
    </message>
</context>
<context>
    <name>PromisedPanel</name>
    <message>
        <source>Promised online: {name}</source>
        <translation>线上已预留：{name}</translation>
    </message>
    <message>
        <source>What now?</source>
        <translation>怎么办？</translation>
    </message>
    <message>
        <source>This till&apos;s share is sold</source>
        <translation>本收银台的配额已售完</translation>
    </message>
    <message>
        <source>1 order would come up short</source>
        <translation>1 个订单会缺货</translation>
    </message>
    <message>
        <source>{count} orders would come up short</source>
        <translation>{count} 个订单会缺货</translation>
    </message>
    <message>
        <source>Nothing was added yet. Only a supervisor may sell it.</source>
        <translation>尚未加入。只有主管可以售出。</translation>
    </message>
    <message>
        <source>Nothing was added yet. The customer with it in hand comes first, if you say so.</source>
        <translation>尚未加入。是否优先卖给手持商品的顾客，由您决定。</translation>
    </message>
    <message>
        <source>, </source>
        <translation>，</translation>
    </message>
    <message>
        <source>{order}: {count} missing</source>
        <translation>{order}：缺 {count}</translation>
    </message>
    <message>
        <source>{order}: {count} missing, late by {minutes} min</source>
        <translation>{order}：缺 {count}，已迟 {minutes} 分钟</translation>
    </message>
    <message>
        <source>{hours} h {minutes} min</source>
        <translation>{hours} 小时 {minutes} 分钟</translation>
    </message>
    <message>
        <source>{minutes} min</source>
        <translation>{minutes} 分钟</translation>
    </message>
    <message>
        <source>{order}: {count} missing, to be ready in {left}</source>
        <translation>{order}：缺 {count}，{left}后须备好</translation>
    </message>
    <message>
        <source>Sell it, warn the picker</source>
        <translation>售出并提醒拣货员</translation>
    </message>
    <message>
        <source>Do not sell it</source>
        <translation>不售出</translation>
    </message>
    <message>
        <source>Ask a supervisor</source>
        <translation>询问主管</translation>
    </message>
</context>
<context>
    <name>Rail</name>
    <message>
        <source>Sell</source>
        <translation>收银</translation>
    </message>
    <message>
        <source>Pickup</source>
        <translation>自提</translation>
    </message>
    <message>
        <source>Stock</source>
        <translation>库存</translation>
    </message>
    <message>
        <source>Members</source>
        <translation>会员</translation>
    </message>
    <message>
        <source>Shift</source>
        <translation>班次</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Lock</source>
        <translation>锁定</translation>
    </message>
</context>
<context>
    <name>ReturnPresenter</name>
    <message>
        <source>Asking the centre for {number} …</source>
        <translation>正在向中心查询 {number} …</translation>
    </message>
    <message>
        <source>Return</source>
        <translation>退货</translation>
    </message>
    <message>
        <source>Scan the receipt or the pickup code, or type its number or the order&apos;s.</source>
        <translation>扫描小票或取货码，或输入小票号、订单号。</translation>
    </message>
    <message>
        <source>Next return</source>
        <translation>下一笔退货</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>The terminal did not pay back: {parts}.</source>
        <translation>终端未能退款：{parts}。</translation>
    </message>
    <message>
        <source>Sold</source>
        <translation>已售商品</translation>
    </message>
    <message>
        <source>Left</source>
        <translation>可退</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>本次退</translation>
    </message>
    <message>
        <source>Worth</source>
        <translation>可退金额</translation>
    </message>
    <message>
        <source>Comes back</source>
        <translation>退回商品</translation>
    </message>
    <message>
        <source>{money} is paid back at the terminal. Wait for its answer.</source>
        <translation>正在终端退款 {money}，请等待终端答复。</translation>
    </message>
    <message>
        <source>Ask the terminal</source>
        <translation>询问终端</translation>
    </message>
    <message>
        <source>Pay back</source>
        <translation>退款</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Condition</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Everything</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Asking the centre what came back at other tills …</source>
        <translation>正在向中心查询其他收银台的退货 …</translation>
    </message>
    <message>
        <source>The centre does not answer: only this till&apos;s returns are known.</source>
        <translation>中心无应答：只知道本收银台的退货。</translation>
    </message>
    <message>
        <source>Paid back at what was really paid.</source>
        <translation>按实际支付的金额退款。</translation>
    </message>
    <message>
        <source>Nothing yet: scan the goods, or choose a line and type how many.</source>
        <translation>尚未选择：请扫描商品，或选中一行后输入数量。</translation>
    </message>
    <message>
        <source>Promotion no longer earned</source>
        <translation>不再满足优惠</translation>
    </message>
    <message>
        <source>Tax in it</source>
        <translation>其中税额</translation>
    </message>
    <message>
        <source>Cash rounding</source>
        <translation>现金舍入</translation>
    </message>
    <message>
        <source>In cash, for the card</source>
        <translation>以现金退还刷卡部分</translation>
    </message>
    <message>
        <source>In cash, for what was paid online</source>
        <translation>以现金退还在线支付部分</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Why does it come back?</source>
        <translation>为什么退货？</translation>
    </message>
    <message>
        <source>In what state is it?</source>
        <translation>商品状态如何？</translation>
    </message>
    <message>
        <source>Which part of {number}?</source>
        <translation>订单 {number} 的哪一部分？</translation>
    </message>
    <message>
        <source>This order has more than one receipt.</source>
        <translation>此订单有多张小票。</translation>
    </message>
    <message>
        <source>{receipt} · all returned</source>
        <translation>{receipt} · 已全部退货</translation>
    </message>
    <message>
        <source>How many come back?</source>
        <translation>退回多少？</translation>
    </message>
    <message>
        <source>{name}: {left} left</source>
        <translation>{name}：可退 {left}</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>确定</translation>
    </message>
</context>
<context>
    <name>ReturnTexts</name>
    <message>
        <source>Changed mind</source>
        <translation>不想要了</translation>
    </message>
    <message>
        <source>Wrong item</source>
        <translation>商品不符</translation>
    </message>
    <message>
        <source>Faulty</source>
        <translation>质量问题</translation>
    </message>
    <message>
        <source>Expired</source>
        <translation>已过期</translation>
    </message>
    <message>
        <source>Recalled</source>
        <translation>召回</translation>
    </message>
    <message>
        <source>Rung up wrongly</source>
        <translation>录入错误</translation>
    </message>
    <message>
        <source>Can be sold again</source>
        <translation>可再销售</translation>
    </message>
    <message>
        <source>Damaged, not for sale</source>
        <translation>已损坏，不可销售</translation>
    </message>
    <message>
        <source>Not handed back</source>
        <translation>商品未交回</translation>
    </message>
    <message>
        <source>Paid back in cash</source>
        <translation>现金退款</translation>
    </message>
    <message>
        <source>Paid back to the card</source>
        <translation>退回银行卡</translation>
    </message>
    <message>
        <source>Paid back to the mobile code</source>
        <translation>退回手机付款</translation>
    </message>
    <message>
        <source>Paid back to the gift card</source>
        <translation>退回礼品卡</translation>
    </message>
    <message>
        <source>Paid back as store credit</source>
        <translation>退为储值余额</translation>
    </message>
    <message>
        <source>Paid back as points</source>
        <translation>退回积分</translation>
    </message>
    <message>
        <source>Taken for other goods</source>
        <translation>换货抵扣</translation>
    </message>
    <message>
        <source>Paid back online, by the office</source>
        <translation>在线退款，由总部办理</translation>
    </message>
    <message>
        <source>This was sold for good: somebody has to allow it.</source>
        <translation>该商品售出不退，须有人批准。</translation>
    </message>
    <message>
        <source>The time for returns is over: somebody has to allow it.</source>
        <translation>已过退货期限，须有人批准。</translation>
    </message>
    <message>
        <source>Choose first what comes back: scan it, or type how many.</source>
        <translation>请先选择退回的商品：扫描或输入数量。</translation>
    </message>
    <message>
        <source>All of this line has come back before. Nothing was changed.</source>
        <translation>该行商品已全部退过。未作更改。</translation>
    </message>
    <message>
        <source>More than is left of this line. Nothing was changed.</source>
        <translation>超过该行可退数量。未作更改。</translation>
    </message>
    <message>
        <source>More came back than was sold, perhaps at two tills at once. Tell the office.</source>
        <translation>退回的多于售出的，可能两台收银机同时退货。请告知办公室。</translation>
    </message>
    <message>
        <source>This till&apos;s clock is before the sale. Correct the clock first.</source>
        <translation>本机时钟早于销售时间。请先校正时钟。</translation>
    </message>
    <message>
        <source>The time in which this may come back is over.</source>
        <translation>已过退货期限。</translation>
    </message>
    <message>
        <source>This was sold for good and is not taken back.</source>
        <translation>该商品售出不退。</translation>
    </message>
    <message>
        <source>Deposits, deliveries and gift cards are not taken back here.</source>
        <translation>押金、配送费和礼品卡不在此退。</translation>
    </message>
    <message>
        <source>The prices of that day cannot be found again. Ask the office.</source>
        <translation>无法找到当日价格。请询问办公室。</translation>
    </message>
    <message>
        <source>More would be paid back than was paid. Nothing was changed.</source>
        <translation>退款将多于已付金额。未作更改。</translation>
    </message>
    <message>
        <source>This was sold in another currency. Return it where it was sold.</source>
        <translation>该商品以其他货币售出。请到售出地点退货。</translation>
    </message>
    <message>
        <source>This is not on the receipt, or all of it is chosen already.</source>
        <translation>小票上没有该商品，或已全部选中。</translation>
    </message>
    <message>
        <source>Money is being paid back for this return. Wait for the terminal.</source>
        <translation>此退货正在退款，请等待终端。</translation>
    </message>
    <message>
        <source>The terminal does not answer. Nothing is paid back twice. Press Enter to ask again.</source>
        <translation>终端没有答复。款项不会重复退还。按 Enter 再次询问。</translation>
    </message>
    <message>
        <source>Finish this return or leave it with Esc first.</source>
        <translation>请先完成本次退货，或按 Esc 退出。</translation>
    </message>
    <message>
        <source>Not a receipt of this till, and the centre does not answer. Return it where it was sold, or try again when the network is back.</source>
        <translation>不是本机的小票，且中心无应答。请到售出地点退货，或待网络恢复后再试。</translation>
    </message>
    <message>
        <source>No receipt and no order has this number. A till that is offline may still hold it.</source>
        <translation>没有此编号的小票或订单。离线的收银机可能尚未上传。</translation>
    </message>
    <message>
        <source>All of this has come back before. Nothing is left to pay back.</source>
        <translation>此单商品已全部退回，没有可退款的商品。</translation>
    </message>
    <message>
        <source>This code is not one of this company&apos;s shops. Ask for the receipt or the order&apos;s number.</source>
        <translation>此码不属于本公司门店。请出示小票或订单号。</translation>
    </message>
    <message>
        <source>This code is not genuine. Ask for the order&apos;s number.</source>
        <translation>此码并非真实取货码。请询问订单号。</translation>
    </message>
    <message>
        <source>This code cannot be read. Type the order&apos;s number.</source>
        <translation>无法读取此码。请输入订单号。</translation>
    </message>
    <message>
        <source>This till cannot check pickup codes: its store takes no online orders. Type the order&apos;s number.</source>
        <translation>本机无法核验取货码：本店不接受线上订单。请输入订单号。</translation>
    </message>
    <message>
        <source>Nothing of this order was handed over yet. It is cancelled, or goods are left here, under Pickup.</source>
        <translation>此订单尚未交付任何商品。请在“自提”中取消订单或拒收商品。</translation>
    </message>
    <message>
        <source>Nothing was paid for this order, or nobody knows for which goods. Ask the office.</source>
        <translation>此订单没有付款记录，或无法对应到商品。请咨询总部。</translation>
    </message>
    <message>
        <source>More than one sale has this number. Return it at the till that sold it.</source>
        <translation>有多笔销售使用此编号。请在售出的收银台退货。</translation>
    </message>
</context>
<context>
    <name>ReturnViewModel</name>
    <message>
        <source>Receipt {number}. The return is recorded.</source>
        <translation>小票 {number}。退货已记录。</translation>
    </message>
</context>
<context>
    <name>RowEditor</name>
    <message>
        <source>One less</source>
        <translation>减一件</translation>
    </message>
    <message>
        <source>One more</source>
        <translation>加一件</translation>
    </message>
    <message>
        <source>Price</source>
        <translation>改价</translation>
    </message>
    <message>
        <source>Discount</source>
        <translation>折扣</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>Void</source>
        <translation>删除</translation>
    </message>
</context>
<context>
    <name>SalesViewModel</name>
    <message>
        <source>At the centre</source>
        <translation>已上传</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>待上传</translation>
    </message>
    <message>
        <source>Scan a receipt, or type its number</source>
        <translation>扫描小票，或输入小票号</translation>
    </message>
    <message>
        <source>Receipt</source>
        <translation>小票</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Cashier</source>
        <translation>收银员</translation>
    </message>
    <message>
        <source>Paid by</source>
        <translation>付款方式</translation>
    </message>
    <message>
        <source>Total</source>
        <translation>合计</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>记录</translation>
    </message>
    <message>
        <source>Print again</source>
        <translation>重打小票</translation>
    </message>
    <message>
        <source>No sale yet. The first one appears here.</source>
        <translation>还没有销售。第一笔会显示在这里。</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>Return of {number}</source>
        <translation>退货，原小票 {number}</translation>
    </message>
    <message>
        <source>Promotion no longer earned</source>
        <translation>不再享有的优惠</translation>
    </message>
    <message>
        <source>Paid back</source>
        <translation>已退款</translation>
    </message>
    <message>
        <source>Return</source>
        <translation>退货</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>订单</translation>
    </message>
    <message>
        <source>Price</source>
        <translation>价格</translation>
    </message>
    <message>
        <source>Cash rounding</source>
        <translation>现金抹零</translation>
    </message>
    <message>
        <source>Sales and returns of this till</source>
        <translation>本机销售与退货</translation>
    </message>
    <message>
        <source>Tax</source>
        <translation>税额</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>找零</translation>
    </message>
    <message>
        <source>{what}, allowed by {name}</source>
        <translation>{what}，{name} 批准</translation>
    </message>
</context>
<context>
    <name>ScanTestLine</name>
    <message>
        <source>Scan any code to test the scanner</source>
        <translation>扫描任意条码以测试扫描枪</translation>
    </message>
</context>
<context>
    <name>SearchField</name>
    <message>
        <source>Scan, or type a name, code or pinyin</source>
        <translation>扫码，或输入品名、编码、拼音首字母</translation>
    </message>
</context>
<context>
    <name>SellPage</name>
    <message>
        <source>Nothing found. Try fewer letters, a code, or pinyin initials.</source>
        <translation>没有找到。请少输几个字，或用编码、拼音首字母。</translation>
    </message>
    <message>
        <source>Hold</source>
        <translation>挂单</translation>
    </message>
    <message>
        <source>Discount</source>
        <translation>折扣</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>Pay</source>
        <translation>收款</translation>
    </message>
    <message>
        <source>Quick keys</source>
        <translation>快捷商品</translation>
    </message>
    <message>
        <source>Lines of the sale</source>
        <translation>销售单明细</translation>
    </message>
    <message>
        <source>Products found</source>
        <translation>找到的商品</translation>
    </message>
    <message>
        <source>Scan the first item</source>
        <translation>请扫描第一件商品</translation>
    </message>
    <message>
        <source>or tap a quick key. A member card works too.</source>
        <translation>或点选常用商品，也可先扫会员卡。</translation>
    </message>
</context>
<context>
    <name>SellPresenter</name>
    <message>
        <source>{price} each</source>
        <translation>{price} / 件</translation>
    </message>
    <message>
        <source>Discount</source>
        <translation>折扣</translation>
    </message>
    <message>
        <source>Coupon {code} — {label}</source>
        <translation>优惠券 {code}：{label}</translation>
    </message>
    <message>
        <source>Coupon {code} not used</source>
        <translation>优惠券 {code} 未使用</translation>
    </message>
    <message>
        <source>Points as of {time}. This sale adds {points} after sync.</source>
        <translation>积分截至 {time}。本单 {points} 分同步后到账。</translation>
    </message>
    <message>
        <source>{balance} points · +{points} with this sale</source>
        <translation>{balance} 积分 · 本单 +{points}</translation>
    </message>
    <message>
        <source>{name} · {tier} member</source>
        <translation>{name} · {tier}会员</translation>
    </message>
    <message>
        <source>Held at {time}</source>
        <translation>{time} 挂单</translation>
    </message>
    <message>
        <source>{count} lines</source>
        <translation>{count} 行</translation>
    </message>
    <message>
        <source>1 item</source>
        <translation>1 件</translation>
    </message>
    <message>
        <source>{count} items</source>
        <translation>{count} 件</translation>
    </message>
    <message>
        <source>Quick</source>
        <translation>常用</translation>
    </message>
    <message>
        <source>open price</source>
        <translation>自定价</translation>
    </message>
</context>
<context>
    <name>SellViewModel</name>
    <message>
        <source>Sale {number}</source>
        <translation>销售单 {number}</translation>
    </message>
    <message>
        <source>{count} held</source>
        <translation>挂单 {count}</translation>
    </message>
    <message>
        <source>Subtotal {amount}</source>
        <translation>小计 {amount}</translation>
    </message>
    <message>
        <source>You save</source>
        <translation>已优惠</translation>
    </message>
</context>
<context>
    <name>Sentences</name>
    <message>
        <source>scanned, price from {time}</source>
        <translation>已扫码，价格更新于 {time}</translation>
    </message>
    <message>
        <source>added, {amount}</source>
        <translation>已添加，{amount}</translation>
    </message>
    <message>
        <source>is not in the catalogue</source>
        <translation>不在商品目录中</translation>
    </message>
    <message>
        <source>Open price</source>
        <translation>自定义价格</translation>
    </message>
    <message>
        <source>{tier} member</source>
        <translation>{tier}会员</translation>
    </message>
    <message>
        <source>applied</source>
        <translation>已使用</translation>
    </message>
    <message>
        <source>is on the till now</source>
        <translation>已登录收银</translation>
    </message>
    <message>
        <source>{name} voided, {amount}</source>
        <translation>已删除 {name}，{amount}</translation>
    </message>
    <message>
        <source>Sale given up, {amount}</source>
        <translation>已放弃本单，{amount}</translation>
    </message>
    <message>
        <source>{name} is not sold: it waits for an order</source>
        <translation>{name}不售出：留给订单</translation>
    </message>
    <message>
        <source>{name}: price changed</source>
        <translation>{name}：已改价</translation>
    </message>
    <message>
        <source>{name}: discount changed</source>
        <translation>{name}：折扣已更改</translation>
    </message>
    <message>
        <source>{name}: note kept</source>
        <translation>{name}：备注已保存</translation>
    </message>
    <message>
        <source>Discount on the sale changed</source>
        <translation>整单折扣已更改</translation>
    </message>
    <message>
        <source>Note on the sale kept</source>
        <translation>整单备注已保存</translation>
    </message>
    <message>
        <source>Member removed</source>
        <translation>已移除会员</translation>
    </message>
    <message>
        <source>Coupon removed</source>
        <translation>已移除优惠券</translation>
    </message>
    <message>
        <source>Drawer opened. The reason is recorded.</source>
        <translation>钱箱已打开，原因已记录。</translation>
    </message>
    <message>
        <source>Undone</source>
        <translation>已撤销</translation>
    </message>
    <message>
        <source>{number} prints again, marked COPY</source>
        <translation>{number} 正在重打，标明副本</translation>
    </message>
    <message>
        <source>Sale held. F5 shows held sales.</source>
        <translation>已挂单。按 F5 查看挂单。</translation>
    </message>
    <message>
        <source>Held sale is open again</source>
        <translation>已取回挂单</translation>
    </message>
    <message>
        <source>Gold</source>
        <translation>金卡</translation>
    </message>
    <message>
        <source>Silver</source>
        <translation>银卡</translation>
    </message>
    <message>
        <source>Standard</source>
        <translation>普通</translation>
    </message>
    <message>
        <source>Staff</source>
        <translation>员工</translation>
    </message>
    <message>
        <source>cashier</source>
        <translation>收银员</translation>
    </message>
    <message>
        <source>shift lead</source>
        <translation>值班长</translation>
    </message>
    <message>
        <source>supervisor</source>
        <translation>主管</translation>
    </message>
    <message>
        <source>manager</source>
        <translation>经理</translation>
    </message>
    <message>
        <source>owner</source>
        <translation>店主</translation>
    </message>
    <message>
        <source>Single-use, needs the network. Kept on the sale.</source>
        <translation>一次性优惠券，需要联网。已保留在销售单上。</translation>
    </message>
    <message>
        <source>The sale is below the coupon&apos;s minimum. Kept on the sale.</source>
        <translation>未达到优惠券最低金额。已保留在销售单上。</translation>
    </message>
    <message>
        <source>The coupon is not valid yet. Kept on the sale.</source>
        <translation>优惠券尚未生效。已保留在销售单上。</translation>
    </message>
    <message>
        <source>The coupon has expired. Kept on the sale.</source>
        <translation>优惠券已过期。已保留在销售单上。</translation>
    </message>
    <message>
        <source>Nothing on the sale fits this coupon. Kept on the sale.</source>
        <translation>没有适用此优惠券的商品。已保留在销售单上。</translation>
    </message>
    <message>
        <source>The coupon is for other members. Kept on the sale.</source>
        <translation>此优惠券仅限其他会员。已保留在销售单上。</translation>
    </message>
    <message>
        <source>The coupon has been used as often as it may be. Kept on the sale.</source>
        <translation>优惠券的使用次数已满。已保留在此单。</translation>
    </message>
    <message>
        <source>Another coupon on the sale saves more; the two cannot be combined.</source>
        <translation>此单上另一张优惠券更优惠，两张不能同用。</translation>
    </message>
    <message>
        <source>Another offer saves more on the same items. Kept on the sale.</source>
        <translation>同样的商品已有更优惠的活动。已保留在此单。</translation>
    </message>
    <message>
        <source>The coupon is for the web shop. Kept on the sale.</source>
        <translation>此优惠券限网店使用。已保留在此单。</translation>
    </message>
    <message>
        <source>The coupon is for another day. Kept on the sale.</source>
        <translation>此优惠券今日不适用。已保留在此单。</translation>
    </message>
    <message>
        <source>The coupon is for another time of day. Kept on the sale.</source>
        <translation>此优惠券限其他时段使用。已保留在此单。</translation>
    </message>
    <message>
        <source>The coupon is for the member&apos;s birthday. Kept on the sale.</source>
        <translation>此优惠券限会员生日使用。已保留在此单。</translation>
    </message>
    <message>
        <source>The coupon is for a member&apos;s first purchase. Kept on the sale.</source>
        <translation>此优惠券限会员首单使用。已保留在此单。</translation>
    </message>
    <message>
        <source>The coupon is for shipping, and nothing is shipped. Kept on the sale.</source>
        <translation>此优惠券抵运费，而此单没有运费。已保留在此单。</translation>
    </message>
    <message>
        <source>The gift is not on the sale yet: scan it.</source>
        <translation>赠品还未加入此单：请扫描赠品。</translation>
    </message>
    <message>
        <source>Too few have joined this group purchase. Kept on the sale.</source>
        <translation>参加此团购的人数不足。已保留在此单。</translation>
    </message>
    <message>
        <source>The coupon&apos;s offer has a mistake in it; the office must correct it.</source>
        <translation>此优惠券的活动设置有误，需由后台更正。</translation>
    </message>
    <message>
        <source>No effect on this sale. Kept on the sale.</source>
        <translation>对本单不起作用。已保留在销售单上。</translation>
    </message>
    <message>
        <source>The centre does not answer in time.</source>
        <translation>中心没有及时回应。</translation>
    </message>
    <message>
        <source>Something else answers in the centre&apos;s place, such as a sign-in page of the network.</source>
        <translation>中心的位置由别的服务应答，例如上网登录页面。</translation>
    </message>
    <message>
        <source>The centre refuses this till. Call whoever looks after it.</source>
        <translation>中心拒绝了本机。请联系维护人员。</translation>
    </message>
    <message>
        <source>The centre has shut this till out. Go on selling: every sale is kept here. Call the office.</source>
        <translation>中心已停用本机。可继续销售，所有销售都保存在本机。请联系后台。</translation>
    </message>
    <message>
        <source>The centre does not know this till&apos;s key. Every sale is kept here. It must be enrolled again.</source>
        <translation>中心无法识别本机的密钥。所有销售都保存在本机。本机需要重新登记。</translation>
    </message>
    <message>
        <source>The centre&apos;s address is not secure, so nothing is sent to it. It must begin with https.</source>
        <translation>中心的地址不安全，因此不会发送任何数据。地址必须以 https 开头。</translation>
    </message>
    <message>
        <source>This till must be updated before it can send again. Nothing is lost.</source>
        <translation>本机需升级后才能继续上传，数据不会丢失。</translation>
    </message>
    <message>
        <source>The centre is too old for this till and must be updated. Go on selling: nothing is lost.</source>
        <translation>中心的版本对本收银台过旧，必须更新。请继续销售，不会丢失任何数据。</translation>
    </message>
    <message>
        <source>The centre has other records under this till&apos;s numbers. Both are kept. Call for help.</source>
        <translation>中心在本机编号下另有记录，两份均已保留。请求助。</translation>
    </message>
    <message>
        <source>The disk is full: nothing new can be taken from the centre.</source>
        <translation>磁盘已满：无法接收中心的新数据。</translation>
    </message>
    <message>
        <source>What the centre sent is damaged here. Restart the till to fetch it again.</source>
        <translation>中心发来的数据在本机已损坏。请重启收银机重新获取。</translation>
    </message>
    <message>
        <source>This is not the centre that this till belongs to. Call for help.</source>
        <translation>这不是本机所属的中心。请求助。</translation>
    </message>
    <message>
        <source>A quantity of 0 cannot be sold. Use Void to take the line off.</source>
        <translation>数量不能为 0。如需移除请用“删除”。</translation>
    </message>
    <message>
        <source>{detail} is more than one line can hold. Nothing was added.</source>
        <translation>{detail} 超出单行数量上限。未添加。</translation>
    </message>
    <message>
        <source>A weight has at most three decimals. Nothing was changed.</source>
        <translation>重量最多三位小数。未作更改。</translation>
    </message>
    <message>
        <source>Pieces are sold whole. Nothing was changed.</source>
        <translation>计件商品须为整数。未作更改。</translation>
    </message>
    <message>
        <source>This is not a number. Nothing was changed.</source>
        <translation>这不是数字。未作更改。</translation>
    </message>
    <message>
        <source>A price of nothing cannot be charged. Nothing was changed.</source>
        <translation>价格不能为零。未作更改。</translation>
    </message>
    <message>
        <source>A price below zero cannot be charged. Nothing was changed.</source>
        <translation>价格不能为负。未作更改。</translation>
    </message>
    <message>
        <source>This is not a price. Nothing was changed.</source>
        <translation>这不是有效价格。未作更改。</translation>
    </message>
    <message>
        <source>This price is too high for one item. Nothing was changed.</source>
        <translation>单价过高。未作更改。</translation>
    </message>
    <message>
        <source>This price has too many decimals. Nothing was changed.</source>
        <translation>价格小数位过多。未作更改。</translation>
    </message>
    <message>
        <source>This product has no price yet. Type one with Open price.</source>
        <translation>此商品还没有价格。请用“自定义价格”输入。</translation>
    </message>
    <message>
        <source>It is not said how this is taxed, so it cannot be sold. Put it aside.</source>
        <translation>没有设定此商品的税别，无法销售。请先放一旁。</translation>
    </message>
    <message>
        <source>Its tax goes by weight or volume, and the catalogue does not say how much it holds.</source>
        <translation>此税按重量或容量计算，而商品资料没有写明含量。</translation>
    </message>
    <message>
        <source>This customer&apos;s tax rule is not known here. Take it off, or ask a supervisor.</source>
        <translation>这里没有这位顾客的税务规则。请移除，或请主管处理。</translation>
    </message>
    <message>
        <source>An amount below zero cannot be charged. Nothing was changed.</source>
        <translation>金额不能为负。未作更改。</translation>
    </message>
    <message>
        <source>The label says what this costs. Void the line, scan another label.</source>
        <translation>价格由标签决定。请删除该行，扫描另一张标签。</translation>
    </message>
    <message>
        <source>A weighed line keeps its weight. Void it and weigh again.</source>
        <translation>称重商品的重量不能更改。请删除后重新称重。</translation>
    </message>
    <message>
        <source>This line is no longer on the sale.</source>
        <translation>该行已不在销售单上。</translation>
    </message>
    <message>
        <source>There is nothing on this sale yet. Scan the first item.</source>
        <translation>销售单还是空的。请扫描第一件商品。</translation>
    </message>
    <message>
        <source>There is nothing to undo on this sale.</source>
        <translation>本单没有可撤销的操作。</translation>
    </message>
    <message>
        <source>This held sale is no longer there.</source>
        <translation>该挂单已不存在。</translation>
    </message>
    <message>
        <source>This is not being asked any more. Scan the item again.</source>
        <translation>此询问已结束。请重新扫描商品。</translation>
    </message>
    <message>
        <source>This may not be done with these goods. Nothing was added.</source>
        <translation>这些商品不能这样处理。未加入。</translation>
    </message>
    <message>
        <source>The code holds something that no GS1 code has. Scan another code of the item.</source>
        <translation>条码中有 GS1 标准没有的内容。请扫描该商品的其他条码。</translation>
    </message>
    <message>
        <source>The code was damaged or made wrongly. Scan again, or another code.</source>
        <translation>条码破损或印制有误。请重新扫描，或扫描其他条码。</translation>
    </message>
    <message>
        <source>The code holds a date that there is not. Scan another code of the item.</source>
        <translation>条码中的日期不存在。请扫描该商品的其他条码。</translation>
    </message>
    <message>
        <source>The code contradicts itself. Scan another code of the item.</source>
        <translation>条码内容自相矛盾。请扫描该商品的其他条码。</translation>
    </message>
    <message>
        <source>This is the label of a pallet or carton. Scan the goods themselves.</source>
        <translation>这是托盘或外箱的标签。请扫描商品本身。</translation>
    </message>
    <message>
        <source>This code is not that of a product. Scan the goods themselves.</source>
        <translation>这不是商品的条码。请扫描商品本身。</translation>
    </message>
    <message>
        <source>This is a web address, not a product&apos;s code. Scan the bars beside it.</source>
        <translation>这是网址，不是商品条码。请扫描旁边的条形码。</translation>
    </message>
    <message>
        <source>This is a gift card. Nothing was added, and nothing was taken from it.</source>
        <translation>这是礼品卡。未添加任何商品，也未从卡中扣款。</translation>
    </message>
    <message>
        <source>This is the pickup code of an order. Nothing was added to the sale.</source>
        <translation>这是订单的取货码。未向本单添加任何商品。</translation>
    </message>
    <message>
        <source>This is the label of a bag, {detail}. Nothing was added.</source>
        <translation>这是袋子的标签 {detail}。未加入。</translation>
    </message>
    <message>
        <source>This is the payment of an order: nothing is added to it. Go back to Hand over first.</source>
        <translation>这是订单付款，不能加入商品。请先回到交付。</translation>
    </message>
    <message>
        <source>This is the label of a place, {detail}. Nothing was added.</source>
        <translation>这是位置标签 {detail}。未添加任何商品。</translation>
    </message>
    <message>
        <source>This code makes a device a till. Nothing was added. Keep it to yourself.</source>
        <translation>此码用于登记收银机。未添加任何商品。请勿让他人看到。</translation>
    </message>
    <message>
        <source>Expired on {detail}: this must not be sold. Put the item aside.</source>
        <translation>已于 {detail} 过期，不得销售。请将商品取出。</translation>
    </message>
    <message>
        <source>To be sold by {detail} at the latest. Put the item aside.</source>
        <translation>最迟销售日期为 {detail}，已过。请将商品取出。</translation>
    </message>
    <message>
        <source>The label says a weight of goods sold by the piece, or the other way round.</source>
        <translation>标签为重量，而商品按件销售，或者相反。未添加任何商品。</translation>
    </message>
    <message>
        <source>The price in the code is in another currency. Nothing was added.</source>
        <translation>条码中的价格为其他货币。未添加任何商品。</translation>
    </message>
    <message>
        <source>The price in the code is finer than the smallest coin. Nothing was added.</source>
        <translation>条码中的价格小于最小货币单位。未添加任何商品。</translation>
    </message>
    <message>
        <source>The price in the code is too high. Nothing was added.</source>
        <translation>条码中的价格过高。未添加任何商品。</translation>
    </message>
    <message>
        <source>Money was taken for this sale. Give it back in Pay first.</source>
        <translation>本单已收款。请先在收款页退回。</translation>
    </message>
    <message>
        <source>The sale would be less than what was already paid. Reverse a tender first.</source>
        <translation>金额将少于已付款。请先退回一笔付款。</translation>
    </message>
    <message>
        <source>More has been paid than this sale costs. Give a payment back first.</source>
        <translation>已付金额多于这笔销售的应付额。请先退回一笔付款。</translation>
    </message>
    <message>
        <source>The order has changed since. Give back what was taken, then take the payment from Hand over again.</source>
        <translation>订单已有变化。请退回已收的款项，再从“交货”重新收款。</translation>
    </message>
    <message>
        <source>Part of this was paid online, so it is paid and handed over at once. Open the order at Hand over, do what is missing there, and take the payment again.</source>
        <translation>这笔款有一部分已在线支付，收款与交货须同时完成。请在“交货”打开该订单，完成缺少的步骤，再收款。</translation>
    </message>
    <message>
        <source>A file of this till is damaged. This step does not count. Restart the till: it puts the file right.</source>
        <translation>本机的一个文件已损坏，这一步不算数。请重启收银机，程序会自动修复。</translation>
    </message>
    <message>
        <source>This cannot be looked up: what the centre sent is damaged here. It is being fetched again; all else can be sold meanwhile.</source>
        <translation>无法查询：中心下发的这部分数据在本机已损坏，正在重新获取；其他商品可照常销售。</translation>
    </message>
    <message>
        <source>The disk gave an error. The files were checked: this step was not kept, all before it was. Try again.</source>
        <translation>磁盘出错。文件已检查：这一步未保存，之前的都已保存。请重试。</translation>
    </message>
    <message>
        <source>The disk does not take what is written. This step does not count. Do not sell on here: restart the till, then look in Shift for the last sale.</source>
        <translation>磁盘无法写入，这一步不算数。请勿在本机继续销售：重启收银机后，到班次界面查看最后一笔销售。</translation>
    </message>
    <message>
        <source>No member has card {detail}.</source>
        <translation>没有卡号为 {detail} 的会员。</translation>
    </message>
    <message>
        <source>This staff badge is not known in this store.</source>
        <translation>本店没有此工牌。</translation>
    </message>
    <message>
        <source>Coupon {detail} is not known.</source>
        <translation>没有优惠券 {detail}。</translation>
    </message>
    <message>
        <source>Coupon {detail} is on this sale already.</source>
        <translation>优惠券 {detail} 已在本单上。</translation>
    </message>
    <message>
        <source>{detail} was damaged or misread: the check digit is wrong. Scan again.</source>
        <translation>{detail} 受损或误读：校验位不符。请重新扫码。</translation>
    </message>
    <message>
        <source>This code is too long for a product. Nothing was added.</source>
        <translation>此编码过长，不是商品码。未添加。</translation>
    </message>
    <message>
        <source>The code has characters that no barcode has. Scan again.</source>
        <translation>编码含有条码中不会出现的字符。请重新扫码。</translation>
    </message>
    <message>
        <source>The scanner sent nothing. Scan again.</source>
        <translation>扫描枪没有读到内容。请重新扫码。</translation>
    </message>
    <message>
        <source>A discount of nothing changes nothing.</source>
        <translation>折扣为零，没有变化。</translation>
    </message>
    <message>
        <source>A discount cannot be below zero. Nothing was changed.</source>
        <translation>折扣不能为负。未作更改。</translation>
    </message>
    <message>
        <source>This is not a discount. Nothing was changed.</source>
        <translation>这不是有效折扣。未作更改。</translation>
    </message>
    <message>
        <source>The discount is too large. Nothing was changed.</source>
        <translation>折扣过大。未作更改。</translation>
    </message>
    <message>
        <source>A discount is between 0 and 100 %. Nothing was changed.</source>
        <translation>折扣须在 0 到 100 % 之间。未作更改。</translation>
    </message>
    <message>
        <source>The discount is more than the line. Nothing was changed.</source>
        <translation>折扣超过该行金额。未作更改。</translation>
    </message>
    <message>
        <source>This product takes no discount. Nothing was changed.</source>
        <translation>此商品不参与折扣。未作更改。</translation>
    </message>
    <message>
        <source>Finish or hold this sale first.</source>
        <translation>请先完成或挂起本单。</translation>
    </message>
    <message>
        <source>A tender is taken. Finish paying, or give it back first.</source>
        <translation>已收一笔付款。请先完成收款或将其退回。</translation>
    </message>
    <message>
        <source>Put the goods on the scale, or type the weight.</source>
        <translation>请将商品放上电子秤，或输入重量。</translation>
    </message>
    <message>
        <source>Receipt {detail} was not made on this till.</source>
        <translation>小票 {detail} 不是本机开具的。</translation>
    </message>
    <message>
        <source>There is no sale on this till yet.</source>
        <translation>本机还没有销售。</translation>
    </message>
    <message>
        <source>That is more than what is left to pay. Only cash gives change.</source>
        <translation>超出待付金额。只有现金可以找零。</translation>
    </message>
    <message>
        <source>added, but it was best before {day}. Tell the customer.</source>
        <translation>已添加，但最佳食用日期为 {day}，已过。请告知顾客。</translation>
    </message>
    <message>
        <source>allowed: {text}</source>
        <translation>已批准：{text}</translation>
    </message>
    <message>
        <source>Without the network a card pays {detail} at most. Split the payment.</source>
        <translation>断网时刷卡每笔最多 {detail}。请分次付款。</translation>
    </message>
    <message>
        <source>{detail} is still to pay.</source>
        <translation>还需支付 {detail}。</translation>
    </message>
    <message>
        <source>A payment is not certain yet. Ask the terminal again before going on.</source>
        <translation>有一笔付款尚未确定。请先再次向终端查询。</translation>
    </message>
    <message>
        <source>Type an amount first.</source>
        <translation>请先输入金额。</translation>
    </message>
    <message>
        <source>This tender is no longer there.</source>
        <translation>该笔付款已不存在。</translation>
    </message>
    <message>
        <source>This payment was approved. Reverse it on the terminal.</source>
        <translation>此笔付款已批准。请在终端上撤销。</translation>
    </message>
    <message>
        <source>{detail} may not approve this. Nothing was changed.</source>
        <translation>{detail} 无权批准。未作任何改动。</translation>
    </message>
    <message>
        <source>This is more than {detail} may approve. Nothing was changed.</source>
        <translation>超出 {detail} 可批准的范围。未作任何改动。</translation>
    </message>
    <message>
        <source>Somebody else than {detail} must approve this.</source>
        <translation>须由 {detail} 以外的人批准。</translation>
    </message>
    <message>
        <source>Choose a reason first, then scan the badge again.</source>
        <translation>请先选择原因，再扫一次工牌。</translation>
    </message>
    <message>
        <source>There is nothing to approve any more.</source>
        <translation>已没有待批准的操作。</translation>
    </message>
    <message>
        <source>This asks a question. Finish the approval first; nothing was added.</source>
        <translation>该商品需要先回答问题。请先完成批准；未添加商品。</translation>
    </message>
    <message>
        <source>Type a PIN first, or scan a badge.</source>
        <translation>请先输入密码，或扫描工牌。</translation>
    </message>
    <message>
        <source>This PIN is not known. Nothing was changed.</source>
        <translation>密码不正确。未作任何改动。</translation>
    </message>
    <message>
        <source>Too many wrong PINs. Wait {detail} seconds, or scan a badge.</source>
        <translation>密码错误次数过多。请等 {detail} 秒，或扫描工牌。</translation>
    </message>
    <message>
        <source>This PIN is not known. Nothing was unlocked.</source>
        <translation>密码不正确。未解锁。</translation>
    </message>
    <message>
        <source>This till has not received its catalogue yet. It begins to sell as soon as it has.</source>
        <translation>本机尚未收到商品目录，收到后即可收银。</translation>
    </message>
    <message>
        <source>The disk is full. Nothing was changed and no sale is lost. Free some space, then try again.</source>
        <translation>磁盘已满。未作更改，销售记录没有丢失。请腾出空间后重试。</translation>
    </message>
    <message>
        <source>The till&apos;s folder cannot be written. Nothing was changed. Call for help.</source>
        <translation>收银数据目录无法写入。未作更改。请联系支持人员。</translation>
    </message>
    <message>
        <source>The key does not open this till&apos;s database. Nothing was changed.</source>
        <translation>密钥无法打开本机数据库。未作更改。</translation>
    </message>
    <message>
        <source>Another Evertill is already running on these files.</source>
        <translation>另一个 Evertill 正在使用这些文件。</translation>
    </message>
    <message>
        <source>These files were written by a newer Evertill. Update this till.</source>
        <translation>这些文件由更新版本的 Evertill 写入。请升级本机。</translation>
    </message>
    <message>
        <source>Not possible: {code}</source>
        <translation>无法执行：{code}</translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>Copy report</source>
        <translation>复制报告</translation>
    </message>
</context>
<context>
    <name>SettingsViewModel</name>
    <message>
        <source>Testing</source>
        <translation>测试中</translation>
    </message>
    <message>
        <source>Failed: {problem}. Check cable, power and address.</source>
        <translation>失败：{problem}。请检查线缆、电源和地址。</translation>
    </message>
    <message>
        <source>Works</source>
        <translation>正常</translation>
    </message>
    <message>
        <source>{count} digits, not shown</source>
        <translation>{count} 位数字，不显示</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Report copied</source>
        <translation>报告已复制</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>Size of the screen</source>
        <translation>界面大小</translation>
    </message>
    <message>
        <source>Left-handed</source>
        <translation>左手模式</translation>
    </message>
    <message>
        <source>Sounds</source>
        <translation>声音</translation>
    </message>
    <message>
        <source>Language of receipts</source>
        <translation>小票语言</translation>
    </message>
    <message>
        <source>Receipt after a sale</source>
        <translation>销售后小票</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>No</source>
        <translation>否</translation>
    </message>
    <message>
        <source>Yes</source>
        <translation>是</translation>
    </message>
    <message>
        <source>On</source>
        <translation>开</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>关</translation>
    </message>
    <message>
        <source>Print</source>
        <translation>打印</translation>
    </message>
    <message>
        <source>Do not print</source>
        <translation>不打印</translation>
    </message>
    <message>
        <source>Receipt printer</source>
        <translation>小票打印机</translation>
    </message>
    <message>
        <source>Payment terminal</source>
        <translation>支付终端</translation>
    </message>
    <message>
        <source>Scale</source>
        <translation>电子秤</translation>
    </message>
    <message>
        <source>Scanner</source>
        <translation>扫描枪</translation>
    </message>
    <message>
        <source>Simulated, for training</source>
        <translation>模拟设备，供培训用</translation>
    </message>
</context>
<context>
    <name>SignatureView</name>
    <message>
        <source>Clear</source>
        <translation>清除</translation>
    </message>
    <message>
        <source>Signed</source>
        <translation>已签名</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Field for the signature</source>
        <translation>签名框</translation>
    </message>
</context>
<context>
    <name>StatusViewModel</name>
    <message>
        <source>Synced</source>
        <translation>已同步</translation>
    </message>
    <message>
        <source>Loading {done} of {total}</source>
        <translation>加载中 {done} / {total}</translation>
    </message>
    <message>
        <source>Checking</source>
        <translation>检查中</translation>
    </message>
    <message>
        <source>Sending {count}</source>
        <translation>正在上传 {count}</translation>
    </message>
    <message>
        <source>Sync needs you</source>
        <translation>同步需要处理</translation>
    </message>
    <message>
        <source>{count} waiting since {time}</source>
        <translation>{count} 条待上传，自 {time}</translation>
    </message>
    <message>
        <source>Offline {count} min</source>
        <translation>离线 {count} 分钟</translation>
    </message>
    <message>
        <source>Offline</source>
        <translation>离线</translation>
    </message>
    <message>
        <source>{count} waiting</source>
        <translation>{count} 条待上传</translation>
    </message>
    <message>
        <source>{count} to look at</source>
        <translation>{count} 项待处理</translation>
    </message>
    <message>
        <source>No paper</source>
        <translation>缺纸</translation>
    </message>
    <message>
        <source>Printer is open</source>
        <translation>打印机盖未合</translation>
    </message>
    <message>
        <source>No printer</source>
        <translation>没有打印机</translation>
    </message>
    <message>
        <source>No printer set up</source>
        <translation>未设置打印机</translation>
    </message>
    <message>
        <source>Printer silent</source>
        <translation>打印机无应答</translation>
    </message>
    <message>
        <source>Paper low</source>
        <translation>纸快用完</translation>
    </message>
    <message>
        <source>Printer trouble</source>
        <translation>打印机故障</translation>
    </message>
    <message>
        <source>{problem} · {count} to print</source>
        <translation>{problem} · {count} 张待打印</translation>
    </message>
    <message>
        <source>Printer</source>
        <translation>打印机</translation>
    </message>
    <message>
        <source>No scanner</source>
        <translation>没有扫描枪</translation>
    </message>
    <message>
        <source>Scanner</source>
        <translation>扫描枪</translation>
    </message>
    <message>
        <source>No network since {time}. Keep selling.</source>
        <translation>{time} 起断网，请照常收银。</translation>
    </message>
    <message>
        <source>Try now</source>
        <translation>立即重试</translation>
    </message>
    <message>
        <source>Everything sold so far is at the centre.</source>
        <translation>到目前为止的销售均已上传。</translation>
    </message>
    <message>
        <source>1 record is saved on this till.</source>
        <translation>本机已保存 1 条记录。</translation>
    </message>
    <message>
        <source>As usual</source>
        <translation>照常可用</translation>
    </message>
    <message>
        <source>Scan, hold, promotions</source>
        <translation>扫码、挂单、促销</translation>
    </message>
    <message>
        <source>Cash, receipts, returns</source>
        <translation>现金、小票、退货</translation>
    </message>
    <message>
        <source>Picking, handover by code</source>
        <translation>拣货、凭码交货</translation>
    </message>
    <message>
        <source>New prices, pickup orders</source>
        <translation>新价格、新自提订单</translation>
    </message>
    <message>
        <source>With a limit</source>
        <translation>有限额</translation>
    </message>
    <message>
        <source>{kind} is saved on this till.</source>
        <translation>本机已保存 {kind}。</translation>
    </message>
    <message>
        <source>{kind} are saved on this till.</source>
        <translation>本机已保存 {kind}。</translation>
    </message>
    <message>
        <source>{count} records are saved on this till.</source>
        <translation>本机已保存 {count} 条记录。</translation>
    </message>
    <message>
        <source>{count} records are saved on this till: {kinds}.</source>
        <translation>本机已保存 {count} 条记录，其中 {kinds}。</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>1 sale</source>
        <translation>1 笔销售</translation>
    </message>
    <message>
        <source>{count} sales</source>
        <translation>{count} 笔销售</translation>
    </message>
    <message>
        <source>1 pickup update</source>
        <translation>1 条取货更新</translation>
    </message>
    <message>
        <source>{count} pickup updates</source>
        <translation>{count} 条取货更新</translation>
    </message>
    <message>
        <source>Card up to {amount} each</source>
        <translation>刷卡每笔不超过 {amount}</translation>
    </message>
    <message>
        <source>Stock counts are estimates</source>
        <translation>库存数为估算</translation>
    </message>
    <message>
        <source>Waits for network</source>
        <translation>等待网络</translation>
    </message>
    <message>
        <source>Mobile codes</source>
        <translation>付款码</translation>
    </message>
    <message>
        <source>Points, single-use coupons</source>
        <translation>积分、一次性优惠券</translation>
    </message>
</context>
<context>
    <name>StepView</name>
    <message>
        <source>not here yet</source>
        <translation>未到</translation>
    </message>
    <message>
        <source>here</source>
        <translation>已到</translation>
    </message>
    <message>
        <source>stays here</source>
        <translation>留下</translation>
    </message>
    <message>
        <source>done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>to do now</source>
        <translation>现在处理</translation>
    </message>
    <message>
        <source>to do</source>
        <translation>待处理</translation>
    </message>
</context>
<context>
    <name>SuggestionButton</name>
    <message>
        <source>exact</source>
        <translation>正好</translation>
    </message>
</context>
<context>
    <name>TaskCardView</name>
    <message>
        <source>Take one back</source>
        <translation>退回一件</translation>
    </message>
    <message>
        <source>One more, counted by hand</source>
        <translation>手动加一件</translation>
    </message>
</context>
<context>
    <name>TenderRowButton</name>
    <message>
        <source>Ask again</source>
        <translation>再次查询</translation>
    </message>
    <message>
        <source>Give back</source>
        <translation>退回</translation>
    </message>
</context>
<context>
    <name>TerminalPanel</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>{seconds} s</source>
        <translation>{seconds} 秒</translation>
    </message>
</context>
<context>
    <name>TillViewModel</name>
    <message>
        <source>The last receipt prints again, marked COPY</source>
        <translation>正在重打上一张小票，标注“副本”</translation>
    </message>
    <message>
        <source>Change due</source>
        <translation>应找零</translation>
    </message>
    <message>
        <source>Paid</source>
        <translation>已付款</translation>
    </message>
    <message>
        <source>{paid} received</source>
        <translation>实收 {paid}</translation>
    </message>
    <message>
        <source>Receipt {number}</source>
        <translation>小票 {number}</translation>
    </message>
    <message>
        <source>Sale completed</source>
        <translation>销售已完成</translation>
    </message>
    <message>
        <source>Open sale {amount}</source>
        <translation>未完成 {amount}</translation>
    </message>
</context>
</TS>
